package emitted

import (
	"bytes"
	"regexp"
	"time"
)

// GoldenDate stands in golden text for the Date of a server that has a clock. A server in
// whose world it is the second 0 sends it.
const GoldenDate = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"

// dateField is a Date field: IMF-fixdate (RFC 9110, 5.6.7).
var dateField = regexp.MustCompile(`Date: ([A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT)\r\n`)

// imfFixdate is its layout.
const imfFixdate = "Mon, 02 Jan 2006 15:04:05 GMT"

// Undate puts GoldenDate in the place of each Date of a response that came since a time:
// those that are no date, or another one, stay.
func Undate(response []byte, since time.Time) []byte {
	now := time.Now()
	return dateField.ReplaceAllFunc(response, func(field []byte) []byte {
		if IsBetween(imfFixdate, string(dateField.FindSubmatch(field)[1]), since, now) {
			return []byte(GoldenDate)
		}
		return field
	})
}

// IsBetween says that a text is a date as a layout has it, the day of the week included,
// not before one time, as far as whole seconds say that, and not after another.
func IsBetween(layout, text string, from, to time.Time) bool {
	t, err := time.Parse(layout, text)
	return err == nil && t.Format(layout) == text && !t.Before(from.Truncate(time.Second)) && !t.After(to)
}

// hasDates says that a golden response has dates.
func (a answer) hasDates() bool { return bytes.Contains(a.bytes, []byte(GoldenDate)) }
