package e2e

import (
	"os/exec"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

const fetchScript = `
const [base] = process.argv.slice(1);
const line = async (path, options) => {
  const r = await fetch(base + path, options);
  return r.status + ' ' + JSON.stringify(await r.text());
};
const all = [await line('/'), await line('/', { method: 'HEAD' }),
  await line('/', { method: 'POST', body: 'hello' }), await line('/x?y=%20')];
all.push(...await Promise.all(Array.from({ length: 20 }, () => line('/'))));
console.log([...new Set(all)].sort().join('\n'));
`

// Node's fetch (undici) keeps connections and sends requests at the same time.
func TestNodeFetch(t *testing.T) {
	t.Parallel()
	node := testtool.Need(t, "node")
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec("", postPage))
		cmd := exec.CommandContext(t.Context(), node, "--input-type=module", "-e", fetchScript, "http://"+s.Addr)
		out, err := cmd.CombinedOutput()
		if want := "200 \"\"\n200 \"root\\n\"\n404 \"\"\n"; string(out) != want || err != nil {
			t.Errorf("got %s, %v; want %s", out, err, want)
		}
	})
}
