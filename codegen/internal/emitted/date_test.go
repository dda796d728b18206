package emitted

import (
	"testing"
	"time"
)

func TestUndate(t *testing.T) {
	now := time.Now().UTC()
	field := func(at time.Time) string { return "Date: " + at.Format(imfFixdate) + "\r\n" }
	for _, text := range []string{field(now), field(now.Add(-time.Second))} {
		if got := string(Undate([]byte("A: b\r\n"+text+"\r\n"), now.Add(-time.Second))); got != "A: b\r\n"+GoldenDate+"\r\n" {
			t.Errorf("%q became %q", text, got)
		}
	}
	for _, text := range []string{
		field(now.Add(-3 * time.Second)), field(now.Add(time.Hour)), GoldenDate, "Date: now\r\n",
		"Date: " + now.AddDate(0, 0, 1).Format("Mon, ") + now.Format("02 Jan 2006 15:04:05 GMT") + "\r\n", // another day of the week
		"Date: " + now.Format("Mon, 02 Jan 2006 15:04:05 GMT") + "\n",
	} {
		if got := string(Undate([]byte(text), now.Add(-time.Second))); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}
