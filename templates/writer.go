package templates

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// A writer makes values of one format of files: a text is one value there, whatever is in
// it, or is refused.
type writer struct{ text func(string) (string, error) }

// writerFor is the writer of a file's format.
func writerFor(name string) (writer, error) {
	switch {
	case name == "Dockerfile", path.Ext(name) == ".dockerignore":
		return writer{plainWord}, nil
	case name == "compose.yaml":
		return writer{composeText}, nil
	case strings.HasSuffix(name, ".gitlab-ci.yml"):
		return writer{yamlText}, nil // of variables with expand: false
	case path.Ext(name) == ".yml":
		return writer{workflowText}, nil
	case name == "job.json":
		return writer{nomadText}, nil
	case path.Ext(name) == ".json", path.Ext(name) == ".ts":
		return writer{jsonText}, nil
	case path.Ext(name) == ".yaml":
		return writer{yamlText}, nil
	case path.Ext(name) == ".service", path.Ext(name) == ".socket":
		return writer{unitText}, nil
	}
	return writer{}, fmt.Errorf("there is no writer for files such as %s", name)
}

// value writes a number as it is, a text as one value, and a list as words that are
// separated by blanks.
func (w writer) value(v any) (string, error) {
	switch v := v.(type) {
	case int:
		return strconv.Itoa(v), nil
	case string:
		return w.text(v)
	case []string:
		for _, word := range v {
			if _, err := plainWord(word); err != nil {
				return "", err
			}
		}
		return strings.Join(v, " "), nil
	}
	return "", fmt.Errorf("a value of type %T cannot be written", v)
}

// yamlText is a double-quoted scalar (YAML 1.2, 7.3.1): one of JSON is one of YAML too.
func yamlText(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", fmt.Errorf("%q is not UTF-8", s)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return "", err
	}
	// YAML takes some characters for no text that JSON leaves as they are (YAML 1.2, 5.1).
	var out strings.Builder
	for _, r := range strings.TrimSuffix(b.String(), "\n") {
		if r < 0x7f || r >= 0xa0 && unicode.IsPrint(r) {
			out.WriteRune(r)
		} else if r <= 0xffff {
			fmt.Fprintf(&out, `\u%04x`, r)
		} else {
			fmt.Fprintf(&out, `\U%08x`, r)
		}
	}
	return out.String(), nil
}

// composeText is that in a file in which ${NAME} and $NAME are variables (Compose
// Specification, interpolation): $$ is a dollar sign.
func composeText(s string) (string, error) {
	text, err := yamlText(s)
	return strings.ReplaceAll(text, "$", "$$"), err
}

// workflowText is that in a workflow of GitHub Actions, where ${{ begins an expression: it is
// written as one that is this text.
func workflowText(s string) (string, error) {
	return yamlText(strings.ReplaceAll(s, "${{", "${{ '${{' }}"))
}

// nomadText is a string of JSON in a job of Nomad, which replaces ${NAME} when the task
// starts, and knows no escape for it.
func nomadText(s string) (string, error) {
	if strings.Contains(s, "${") {
		return "", fmt.Errorf("%q cannot stand in a job of Nomad, for which ${ begins a variable", s)
	}
	return jsonText(s)
}

// jsonText is a string of JSON (RFC 8259 7), which is one of TypeScript too, where it is written
// in ASCII (ECMA-262 12.9.4: in "" nothing is a variable).
func jsonText(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", fmt.Errorf("%q is not UTF-8", s)
	}
	text, err := json.Marshal(s)
	var out strings.Builder
	for _, r := range string(text) {
		switch {
		case r < 0x7f:
			out.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		}
	}
	return out.String(), err
}

// unitText is a quoted word of a unit (systemd.syntax(7), "Quoting"), in which neither
// specifiers nor variables are replaced (systemd.unit(5), systemd.service(5)).
func unitText(s string) (string, error) {
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return "", fmt.Errorf("%q cannot stand in a unit: it is not UTF-8, or has a NUL", s)
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '%' || r == '$':
			b.WriteString(string(r) + string(r))
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String(), nil
}

// plain is a word that means itself in every format.
var plain = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_./-]*$`)

var errWord = errors.New("it is no plain word")

// plainWord takes what means itself, and refuses the rest.
func plainWord(s string) (string, error) {
	if !plain.MatchString(s) {
		return "", fmt.Errorf("%q cannot stand there: %w", s, errWord)
	}
	return s, nil
}
