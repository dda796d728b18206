-- Arguments: requests per write, "close" or "keep-alive", then paths.
-- The requests are made once, so that wrk sends the same bytes again and again
-- unless there are several paths.
local requests, at = {}, 0

function init(args)
  local pipeline = tonumber(args[1])
  if args[2] == "close" then wrk.headers["Connection"] = "close" end
  local format = wrk.format
  for i = 3, #args do
    requests[#requests + 1] = string.rep(format("GET", args[i]), pipeline)
  end
  if #requests == 1 then
    wrk.format = function() return requests[1] end
  else
    request = function()
      at = at % #requests + 1
      return requests[at]
    end
  end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'verbosel {"requests":%d,"micros":%d,"bytes":%d,' ..
    '"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d},' ..
    '"p50":%d,"p90":%d,"p99":%d}\n',
    summary.requests, summary.duration, summary.bytes,
    e.connect, e.read, e.write, e.status, e.timeout,
    latency:percentile(50), latency:percentile(90), latency:percentile(99)))
end
