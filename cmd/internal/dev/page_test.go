package dev

import (
	"io"
	"strings"
	"testing"
)

// TestMistakesPage: any path shows what is wrong, as text, until the page is closed.
func TestMistakesPage(t *testing.T) {
	p := showMistakes("127.0.0.1:0", "routes.yaml:1:1: <no>", "http://127.0.0.1:1/reload.js")
	url := "http://" + p.listener.Addr().String()
	res := get(t, url+"/any/where")
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"routes.yaml:1:1: &lt;no&gt;", `<script src="http://127.0.0.1:1/reload.js" async>`} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
	if res.StatusCode != 500 || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %v %v", res.Status, res.Header)
	}
	if other := showMistakes(p.listener.Addr().String(), "", ""); other != nil {
		t.Error("two pages at one address")
	}
	p.close()
	again := showMistakes(p.listener.Addr().String(), "", "")
	if again == nil {
		t.Fatal("the address is not free")
	}
	again.close()
}
