package report

import (
	"fmt"
	"html"
	"io"
	"strings"
	"unicode/utf8"
)

// Table is a table. Its first columns are text, aligned left, the others are figures.
type Table struct {
	Header []string
	Labels int        // columns of text; 0 stands for 1
	Rows   [][]string // each as long as the header
}

// Add adds a row.
func (t *Table) Add(cells ...string) {
	if len(cells) != len(t.Header) {
		panic(fmt.Sprintf("BUG: a row of %d cells under %d headings", len(cells), len(t.Header)))
	}
	t.Rows = append(t.Rows, cells)
}

// Text writes it for a terminal.
func (t *Table) Text(w io.Writer) error {
	width := t.widths()
	for _, row := range t.lines() {
		var line strings.Builder
		for i, cell := range row {
			if i > 0 {
				line.WriteString("  ")
			}
			line.WriteString(pad(cell, width[i], t.right(i)))
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// Markdown writes it as GitHub and others read it, aligned for those who read it as
// it is.
func (t *Table) Markdown(w io.Writer) error {
	width := t.widths()
	for i, row := range t.lines() {
		if err := t.markdownRow(w, row, width); err != nil {
			return err
		}
		if i > 0 {
			continue
		}
		if err := t.markdownRow(w, t.rule(width), width); err != nil {
			return err
		}
	}
	return nil
}

// rule is the line below the header; a colon aligns right.
func (t *Table) rule(width []int) []string {
	rule := make([]string, len(width))
	for i := range rule {
		rule[i] = strings.Repeat("-", max(width[i], 3))
		if t.right(i) {
			rule[i] = rule[i][1:] + ":"
		}
	}
	return rule
}

func (t *Table) markdownRow(w io.Writer, row []string, width []int) error {
	cells := make([]string, len(row))
	for i, cell := range row {
		cells[i] = pad(cell, width[i], t.right(i))
	}
	_, err := fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
	return err
}

// right says whether a column is aligned right.
func (t *Table) right(column int) bool { return column >= max(t.Labels, 1) }

// HTML writes it as a table element.
func (t *Table) HTML(w io.Writer) error {
	var b strings.Builder
	b.WriteString("<table>\n")
	for i, row := range t.lines() {
		tag := "td"
		if i == 0 {
			tag = "th"
		}
		b.WriteString("<tr>")
		for _, cell := range row {
			fmt.Fprintf(&b, "<%s>%s</%s>", tag, html.EscapeString(cell), tag)
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</table>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (t *Table) lines() [][]string { return append([][]string{t.Header}, t.Rows...) }

// widths gives each column's width in characters.
func (t *Table) widths() []int {
	width := make([]int, len(t.Header))
	for _, row := range t.lines() {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	return width
}

// pad fills a cell up with spaces, in front of figures.
func pad(cell string, width int, right bool) string {
	space := strings.Repeat(" ", width-min(width, utf8.RuneCountInString(cell)))
	if right {
		return space + cell
	}
	return cell + space
}
