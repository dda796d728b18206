package benchmark

import (
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/report"
	"github.com/verbosel/verbosel/cmd/internal/stats"
)

// loaded and still are the metrics of scenarios and of builds, in order.
var (
	loaded = []measure.Metric{measure.Throughput, measure.P50, measure.P90, measure.P99, measure.CPU}
	still  = []measure.Metric{measure.Start, measure.Size, measure.Resident, measure.Idle, measure.Instructions}
)

// Text prints the result for a terminal.
func (r *Result) Text(w io.Writer) error {
	if r.Warning != "" {
		fmt.Fprintf(w, "%s\n\n", r.Warning)
	}
	fmt.Fprintf(w, "%s, GET %s\n%s\n\n", r.Spec, r.Path, strings.Join(r.conditions(), "\n"))
	if err := r.loadTable().Text(w); err != nil {
		return err
	}
	fmt.Fprintln(w)
	if err := r.buildTable().Text(w); err != nil {
		return err
	}
	for _, remark := range r.remarks() {
		if _, err := fmt.Fprintf(w, "\n%s\n", remark); err != nil {
			return err
		}
	}
	return nil
}

// conditions says where and how was measured.
func (r *Result) conditions() []string {
	processors := "sharing the processors with the server"
	switch {
	case len(r.LoadCPU) > 0:
		processors = fmt.Sprintf("on processor %s, the server on %s", numbers(r.LoadCPU), numbers(r.ServerCPU))
	case len(r.ServerCPU) > 0:
		processors = fmt.Sprintf("on any processor, the server on %s", numbers(r.ServerCPU))
	}
	return []string{
		r.Machine.String(),
		fmt.Sprintf("load from %s, %s; medians of %d rounds of %v s", r.Load, processors, r.Rounds, r.Seconds),
	}
}

// numbers lists numbers for people.
func numbers(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, ", ")
}

// loadTable has a row for each scenario.
func (r *Result) loadTable() *report.Table {
	t := &report.Table{Labels: 2, Header: append([]string{"load", "isolation"}, titles(loaded)...)}
	t.Header = append(t.Header, "spread")
	for _, s := range r.Scenarios {
		row := append([]string{s.Title, s.Isolation}, medians(s.Figures, loaded)...)
		t.Add(append(row, "± "+report.Percent(s.Figures[measure.Throughput].RelativeSpread()/2))...)
	}
	return t
}

// buildTable has a row for each build.
func (r *Result) buildTable() *report.Table {
	t := &report.Table{Header: append([]string{"build"}, titles(still)...)}
	for _, b := range r.Builds {
		t.Add(append([]string{"isolation: " + b.Isolation}, medians(b.Figures, still)...)...)
	}
	return t
}

func titles(metrics []measure.Metric) []string {
	var list []string
	for _, m := range metrics {
		list = append(list, measure.About(m).Title)
	}
	return list
}

func medians(figures map[measure.Metric]stats.Summary, metrics []measure.Metric) []string {
	var list []string
	for _, m := range metrics {
		shown := measure.Figures{}
		if s := figures[m]; s.N > 0 {
			shown[m] = s.Median
		}
		list = append(list, shown.Show(m))
	}
	return list
}

// warning is what comes before every figure, or empty.
func (r *Result) warning() string {
	if !r.Machine.Busy() {
		return ""
	}
	return fmt.Sprintf("WARNING: the machine was busy before the run (load %.2f): these figures are worth less.", r.Machine.Load)
}

// remarks says what the tables cannot.
func (r *Result) remarks() []string {
	list := []string{"Spread is that of requests/s over the rounds, from its smallest to its largest. Latencies of pipelined requests are those of a batch."}
	for _, b := range r.Builds {
		if !b.AsWritten {
			list = append(list, fmt.Sprintf("Keep-alive needs isolation: %s; the spec has the other, and a variant was built for these rows.", b.Isolation))
		}
	}
	return append(list, r.Notes...)
}

var pageTemplate = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>
{{.Style}}</style>
</head>
<body>
<h1>{{.Title}}</h1>
{{with .Warning}}<p class="warning">{{.}}</p>
{{end}}{{range .Conditions}}<p>{{.}}</p>
{{end}}{{range .Tables}}{{.}}{{end}}{{range .Remarks}}<p>{{.}}</p>
{{end}}{{.Plot}}
</body>
</html>
`))

// Page writes the result as one HTML file.
func (r *Result) Page(w io.Writer) error {
	var tables []template.HTML
	for _, t := range []*report.Table{r.loadTable(), r.buildTable()} {
		var b strings.Builder
		if err := t.HTML(&b); err != nil {
			return err
		}
		tables = append(tables, template.HTML(b.String())) // cells are escaped
	}
	svg, err := report.SVG(r.panels())
	if err != nil {
		return err
	}
	// Inside HTML the XML declaration in front of the element has no place.
	picture := string(svg)
	picture = picture[max(strings.Index(picture, "<svg"), 0):]
	return pageTemplate.Execute(w, map[string]any{
		"Title": "verbosel bench: " + r.Spec + ", GET " + r.Path, "Conditions": r.conditions(),
		"Warning": r.Warning, "Style": template.CSS(report.Style),
		"Tables": tables, "Remarks": r.remarks(), "Plot": template.HTML(picture),
	})
}

// panels has one for each metric of the load.
func (r *Result) panels() []report.Panel {
	var panels []report.Panel
	for _, m := range loaded {
		panel := report.Panel{Title: measure.About(m).Title}
		for _, s := range r.Scenarios {
			if f := s.Figures[m]; f.N > 0 {
				panel.Bars = append(panel.Bars, report.Bar{
					Label: s.Title, Text: measure.About(m).Format(f.Median), Value: f.Median, Low: f.Min, High: f.Max, Own: true,
				})
			}
		}
		panels = append(panels, panel)
	}
	return panels
}
