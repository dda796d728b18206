package measure

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Clients beside a load: the silent ones have asked once each, and the slow ones ask again and again, until
// they leave.
func TestCompany(t *testing.T) {
	var once, slow atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			once.Add(1)
		case "/large":
			slow.Add(1)
			w.Write(make([]byte, 2*slowPart))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer s.Close()
	target := Target{Address: strings.TrimPrefix(s.URL, "http://"), Paths: []string{"/"}}
	c, err := join(target, Scenario{Idle: 3, Slow: 2, SlowPath: "/large"})
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); slow.Load() < 6; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("slow clients have asked %d times", slow.Load())
		}
	}
	c.leave()
	if len(c.conns) != 5 || once.Load() != 3 {
		t.Errorf("%d connections, %d requests of the silent ones", len(c.conns), once.Load())
	}
	target.Paths = []string{"/nowhere"}
	if _, err := join(target, Scenario{Idle: 1}); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("got %v", err)
	}
}
