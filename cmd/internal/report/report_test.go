package report

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

func TestFormats(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{Seconds(0), "0 s"}, {Seconds(1.5), "1.50 s"}, {Seconds(2), "2 s"}, {Seconds(0.0123), "12.3 ms"},
		{Seconds(49e-6), "49 µs"}, {Seconds(1.302e-3), "1.30 ms"}, {Seconds(0.4e-6), "400 ns"}, {Seconds(123.4), "123 s"},
		{Bytes(0), "0 B"}, {Bytes(3571), "3.49 KiB"}, {Bytes(1 << 20), "1 MiB"}, {Bytes(10.25 * (1 << 30)), "10.2 GiB"},
		{Count(3), "3"}, {Count(12.34), "12.3"}, {Count(999.6), "1,000"}, {Count(123456), "123,456"}, {Count(1e6), "1,000,000"},
		{Ratio(0.04567), "0.0457"}, {Ratio(1.0489), "1.05"}, {Ratio(12.34), "12.3"}, {Ratio(2), "2"},
		{Percent(0.056), "6 %"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func table() *Table {
	t := &Table{Header: []string{"server", "p50", "µs"}}
	t.Add("verbosel", "12 µs", "1")
	t.Add("a <b> & c", "-", "1,000")
	return t
}

func render(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTable(t *testing.T) {
	want := "server       p50     µs\n" +
		"verbosel   12 µs      1\n" +
		"a <b> & c      -  1,000\n"
	if got := render(t, table().Text); got != want {
		t.Errorf("text:\n%s", got)
	}
	want = "| server    |   p50 |    µs |\n" +
		"| --------- | ----: | ----: |\n" +
		"| verbosel  | 12 µs |     1 |\n" +
		"| a <b> & c |     - | 1,000 |\n"
	if got := render(t, table().Markdown); got != want {
		t.Errorf("Markdown:\n%s", got)
	}
	got := render(t, table().HTML)
	for _, part := range []string{"<tr><th>server</th><th>p50</th>", "<td data-label=\"server\">a &lt;b&gt; &amp; c</td><td data-label=\"p50\">-</td>"} {
		if !strings.Contains(got, part) {
			t.Errorf("HTML lacks %s:\n%s", part, got)
		}
	}
}

func TestTableWithTwoLabels(t *testing.T) {
	two := table()
	two.Labels = 2
	if got := render(t, two.Text); !strings.HasPrefix(got, "server     p50       µs\n") {
		t.Errorf("text:\n%s", got)
	}
	if got := render(t, two.Markdown); !strings.Contains(got, "| --------- | ----- | ----: |\n") {
		t.Errorf("Markdown:\n%s", got)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestTablesSayWhenTheyCannotBeWritten(t *testing.T) {
	for _, write := range []func(io.Writer) error{table().Text, table().Markdown, table().HTML} {
		if err := write(brokenWriter{}); err == nil {
			t.Error("no error")
		}
	}
}

func TestTableRefusesRagged(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.HasPrefix(r.(string), "BUG:") {
			t.Errorf("recovered %v", r)
		}
	}()
	table().Add("alone")
}

func TestSVG(t *testing.T) {
	svg, err := SVG([]Panel{
		{Title: "throughput", Bars: []Bar{
			{Label: "verbosel", Text: "12,345", Value: 12345, Low: 12000, High: 13000, Own: true},
			{Label: "other", Text: "5,000", Value: 5000, Low: 5000, High: 5000},
		}},
		{Title: "left out"},
	})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ToLower(string(svg))
	for _, part := range []string{"throughput", "verbosel", "12,345", "other", "#d95f02", "#8da0cb"} {
		if !strings.Contains(text, part) {
			t.Errorf("the plot lacks %s", part)
		}
	}
	if strings.Contains(text, "left out") {
		t.Error("an empty panel was drawn")
	}
	decoder := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		if _, err := decoder.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestSVGRefuses(t *testing.T) {
	if _, err := SVG([]Panel{{Title: "empty"}}); err == nil {
		t.Error("nothing was plotted without a word")
	}
	_, err := SVG([]Panel{{Title: "broken", Bars: []Bar{{Value: math.NaN()}}}})
	if err == nil || !strings.Contains(err.Error(), "plotting broken") {
		t.Errorf("a value that is none: %v", err)
	}
}
