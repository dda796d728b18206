package spec

import "testing"

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"abc", "abc", 0}, {"abc", "acb", 1},
		{"abc", "abd", 1}, {"abc", "abcd", 1}, {"kitten", "sitting", 3}, {"über", "uber", 1},
	} {
		if got := distance(tt.a, tt.b, 10); got != tt.want {
			t.Errorf("%s to %s: got %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestClosest(t *testing.T) {
	known := []string{"path", "method", "status", "headers", "body"}
	for word, want := range map[string]string{
		"pth": "path", "paht": "path", "Status": "status", "header": "headers", "boddy": "body",
		"frobnicate": "", "": "", "x": "",
	} {
		if got := Closest(word, known); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestMisspeltField(t *testing.T) {
	for name, want := range map[string]string{
		"Conten-Type": "Content-Type", "cache-control": "", "Cache-Contol": "Cache-Control", "Locaiton": "Location",
		"X-Servr": "", "Servr": "Server", "ETga": "", "My-Header": "", "Age": "", "Sever": "Server",
	} {
		if got := misspeltField(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for _, f := range wellKnownFields {
		if len(f) < 6 || !isToken(f) || misspeltField(f) != "" {
			t.Errorf("%s cannot be in the list", f)
		}
	}
}
