package codegen

import "testing"

func TestAddress(t *testing.T) {
	for listen, want := range map[string]string{
		`":8080"`: "tcp4 0.0.0.0:8080", `"127.0.0.2:${PORT:-80}"`: "tcp4 127.0.0.2:81", `"[::1]:${NONE:-82}"`: "tcp6 [::1]:82",
		`"unix:/run/s"`: "unix /run/s", `":${NONE}"`: "tcp4 ",
	} {
		r, err := Compile(testSite("server: { listen: "+listen+" }\nroutes: []\n"), name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		network, address := r.Address(func(name string) string { return map[string]string{"PORT": "81"}[name] })
		if got := network + " " + address; got != want {
			t.Errorf("%s: %s, want %s", listen, got, want)
		}
	}
}
