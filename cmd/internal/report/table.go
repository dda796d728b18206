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

// Style is the CSS of a page with tables, for any width from 420 pixels on: where a table
// does not fit, each row is a list of headings and cells.
const Style = `body { font: 15px/1.5 sans-serif; max-width: 68em; margin: 2em auto; padding: 0 1em; color: #222; background: #fff; overflow-wrap: break-word }
table { border-collapse: collapse; margin: 1em 0 }
th, td { padding: .2em .6em; border-bottom: 1px solid #ddd; text-align: right; vertical-align: bottom }
td { white-space: nowrap }
th:first-child, td:first-child { text-align: left }
svg { max-width: 100%; height: auto }
.warning { padding: .5em 1em; background: #fff3cd; border-left: 4px solid #b8860b }
@media (max-width: 900px) {
  table, tbody, tr, td { display: block }
  tr:first-child { display: none }
  tr { margin-bottom: 1em }
  td { display: flex; justify-content: space-between; gap: 1em; white-space: normal }
  td::before { content: attr(data-label); text-align: left; color: #666 }
}
`

// HTML writes it as a table element; each cell has its heading as data-label, for Style.
func (t *Table) HTML(w io.Writer) error {
	var b strings.Builder
	b.WriteString("<table>\n")
	for i, row := range t.lines() {
		tag := "td"
		if i == 0 {
			tag = "th"
		}
		b.WriteString("<tr>")
		for column, cell := range row {
			label := ""
			if i > 0 {
				label = fmt.Sprintf(` data-label="%s"`, html.EscapeString(t.Header[column]))
			}
			fmt.Fprintf(&b, "<%s%s>%s</%s>", tag, label, html.EscapeString(cell), tag)
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
