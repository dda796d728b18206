package main

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/usage"
)

// Labels that say where an image is from (OCI image spec, annotations.md).
const (
	labelRevision = "org.opencontainers.image.revision"
	labelCreated  = "org.opencontainers.image.created"
	labelSource   = "org.opencontainers.image.source"
)

// allLabels are those of git and of --label, which win.
func (f imageFlags) allLabels(from imageSource) (map[string]string, error) {
	labels := map[string]string{}
	if f.git {
		dir, err := from.repository()
		if err != nil {
			return nil, err
		}
		if labels, err = gitLabels(&specfile.GitTimes{Dir: dir}); err != nil {
			return nil, fmt.Errorf("--git: %w", err)
		}
	}
	given := map[string]bool{}
	for _, l := range f.labels {
		key, value, ok := strings.Cut(l, "=")
		switch {
		case !ok || key == "" || strings.ContainsFunc(key, notInKey):
			return nil, usage.Mistake(fmt.Errorf("--label %q: write it as KEY=VALUE, the key without blanks", l))
		case given[key]:
			return nil, usage.Mistake(fmt.Errorf("--label %q: there is one of this key already", l))
		}
		given[key], labels[key] = true, value
	}
	return labels, nil
}

func notInKey(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// gitLabels are the labels of the commit that a folder's files are of. They must be as
// committed, or the labels would not be true.
func gitLabels(g *specfile.GitTimes) (map[string]string, error) {
	changed, err := g.Git("status", "--porcelain", "--", ".")
	if err != nil {
		return nil, err
	}
	if len(changed) > 0 {
		return nil, errors.New("the spec's folder has files that are not as in the commit: commit them, or build without --git")
	}
	commit, err := g.Git("log", "-1", "--format=%H %ct")
	if err != nil {
		return nil, err
	}
	hash, seconds, _ := strings.Cut(strings.TrimSpace(string(commit)), " ")
	at, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("git log says %q where a time was asked for", seconds)
	}
	labels := map[string]string{labelRevision: hash, labelCreated: time.Unix(at, 0).UTC().Format(time.RFC3339)}
	if origin, err := g.Git("remote", "get-url", "origin"); err == nil {
		if source := publicURL(strings.TrimSpace(string(origin))); source != "" {
			labels[labelSource] = source
		}
	}
	return labels, nil
}

// publicURL is an address of a repository without the credentials that may stand in it;
// empty for a path of this machine.
func publicURL(origin string) string {
	if !strings.Contains(origin, "://") {
		host, path, ok := strings.Cut(origin, ":") // scp's form, git@example.com:team/site.git
		if !ok || strings.Contains(host, "/") {
			return ""
		}
		return "ssh://" + host[strings.LastIndex(host, "@")+1:] + "/" + strings.TrimPrefix(path, "/")
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return ""
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}
