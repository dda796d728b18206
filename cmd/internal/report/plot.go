package report

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Bar is a value in a panel, with the range over which it was measured.
type Bar struct {
	Label     string
	Text      string // the value as it is written behind the bar
	Value     float64
	Low, High float64 // equal to Value where there is no range
	Own       bool    // in our colour
}

// Panel is a chart of horizontal bars, the first one on top.
type Panel struct {
	Title string
	Bars  []Bar
}

// Sizes of a panel.
const (
	panelWidth = 18 * vg.Centimeter
	barHeight  = 0.55 * vg.Centimeter
	frame      = 1.5 * vg.Centimeter // title, and space between panels
	margin     = 0.5 * vg.Centimeter // around a panel
)

var (
	ownColour   = color.RGBA{R: 0xd9, G: 0x5f, B: 0x02, A: 0xff}
	otherColour = color.RGBA{R: 0x8d, G: 0xa0, B: 0xcb, A: 0xff}
	rangeColour = color.RGBA{R: 0x33, G: 0x33, B: 0x33, A: 0xff}
)

// SVG draws panels below each other. Panels without bars are left out.
func SVG(panels []Panel) ([]byte, error) {
	var height vg.Length
	var drawn []Panel
	for _, panel := range panels {
		if len(panel.Bars) > 0 {
			drawn = append(drawn, panel)
			height += panelHeight(panel)
		}
	}
	if len(drawn) == 0 {
		return nil, errors.New("there is nothing to plot")
	}
	canvas := vgsvg.New(panelWidth, height)
	top := height
	for _, panel := range drawn {
		p, err := newPlot(panel)
		if err != nil {
			return nil, fmt.Errorf("plotting %s: %w", panel.Title, err)
		}
		bottom := top - panelHeight(panel)
		p.Draw(draw.Canvas{Canvas: canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: margin, Y: bottom}, Max: vg.Point{X: panelWidth, Y: top - margin},
		}})
		top = bottom
	}
	var svg bytes.Buffer
	_, err := canvas.WriteTo(&svg)
	return svg.Bytes(), err
}

func panelHeight(p Panel) vg.Length { return frame + barHeight*vg.Length(len(p.Bars)) }

// newPlot is one panel. The plot counts from below.
func newPlot(panel Panel) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = panel.Title
	n := len(panel.Bars)
	labels := make([]string, n)
	most := 0.0
	for i, bar := range panel.Bars {
		at := n - 1 - i
		labels[at] = bar.Label + strings.Repeat(" ", 2+len(bar.Label)/5) // for wider letters
		most = max(most, bar.Value, bar.High)
		if err := addBar(p, bar, float64(at)); err != nil {
			return nil, err
		}
	}
	p.NominalY(labels...)
	p.X.Min, p.X.Max = 0, 1.25*most // room for the texts behind the bars
	p.Y.Min, p.Y.Max = -0.5, float64(n)-0.5
	p.HideX()
	p.Y.Padding = 0
	p.Title.Padding = 0.15 * vg.Centimeter
	sansSerif(&p.Title.TextStyle, &p.Y.Tick.Label)
	p.Title.TextStyle.Font.Size = 12
	return p, nil
}

func addBar(p *plot.Plot, bar Bar, at float64) error {
	chart, err := plotter.NewBarChart(plotter.Values{bar.Value}, 0.7*barHeight)
	if err != nil {
		return err
	}
	chart.Horizontal, chart.XMin, chart.LineStyle.Width = true, at, 0
	chart.Color = otherColour
	if bar.Own {
		chart.Color = ownColour
	}
	end := max(bar.Value, bar.High)
	value, err := plotter.NewLabels(plotter.XYLabels{
		XYs: plotter.XYs{{X: end, Y: at}}, Labels: []string{" " + bar.Text},
	})
	if err != nil {
		return err
	}
	sansSerif(&value.TextStyle[0])
	value.TextStyle[0].YAlign = text.YCenter
	p.Add(chart, value)
	return addRange(p, bar, at)
}

// addRange marks from where to where the value was measured.
func addRange(p *plot.Plot, bar Bar, at float64) error {
	if bar.Low >= bar.High {
		return nil
	}
	bars, err := plotter.NewXErrorBars(&measured{
		XYs:     plotter.XYs{{X: bar.Value, Y: at}},
		XErrors: plotter.XErrors{{Low: bar.Value - bar.Low, High: bar.High - bar.Value}},
	})
	if err != nil {
		return err
	}
	bars.LineStyle.Color, bars.CapWidth = rangeColour, 0.3*barHeight
	p.Add(bars)
	return nil
}

// measured is a point with its range, as gonum wants it.
type measured struct {
	plotter.XYs
	plotter.XErrors
}

func sansSerif(styles ...*text.Style) {
	for _, style := range styles {
		style.Font.Variant = "Sans"
	}
}
