// The plainest server with Bun. It closes a connection when it is asked to, but does
// not say so by itself (RFC 9112 9.6), which load generators take for an error.
Bun.serve({
	hostname: '127.0.0.1',
	port: Number(process.argv[2]),
	fetch: (request) => new Response('Hello, World!\n',
		request.headers.get('connection') === 'close' ? { headers: { Connection: 'close' } } : {}),
});
