package sites

import (
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// client follows redirects within a server, and asks for no coding.
var client = &http.Client{
	Timeout:   time.Minute,
	Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 1},
}

// ask is the status at the end of redirects, and the media type there without parameters. A redirect
// to another host is an answer itself: none of these sites' folders has one.
func ask(t *testing.T, method, addr, target string) (status int, mediaType string) {
	t.Helper()
	request, err := http.NewRequest(method, "http://"+addr+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Errorf("%s %s: %v", method, target, err)
		return 0, ""
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Errorf("%s %s: %v", method, target, err)
	}
	mediaType, _, _ = strings.Cut(response.Header.Get("Content-Type"), ";")
	return response.StatusCode, mediaType
}

// files lists a folder's files, sorted.
func files(t *testing.T, folder string) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// address is a file's, and for an index page that of its folder.
func address(name string) string {
	if path.Base(name) == "index.html" {
		name = strings.TrimSuffix(name, "index.html")
	}
	return (&url.URL{Path: "/" + name}).EscapedPath()
}

// links are the addresses on the same server that the folder's pages and styles name, sorted; of
// each one page that names it.
func links(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, name := range files(t, folder) {
		var list []string
		switch path.Ext(name) {
		case ".html":
			list = inPage(t, folder, name)
		case ".css":
			list = inStyle(t, folder, name)
		}
		base := &url.URL{Scheme: "http", Host: "site", Path: "/" + name}
		for _, text := range list {
			to, err := base.Parse(strings.TrimSpace(text))
			if err != nil || to.Scheme != "http" || to.Host != "site" {
				continue
			}
			if target := to.RequestURI(); found[target] == "" {
				found[target] = name
			}
		}
	}
	return found
}

func inPage(t *testing.T, folder, name string) (list []string) {
	t.Helper()
	f, err := os.Open(path.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for z := html.NewTokenizer(f); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return list
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		token := z.Token()
		if token.Data == "base" || slices.ContainsFunc(token.Attr, func(a html.Attribute) bool {
			return a.Key == "rel" && (a.Val == "preconnect" || a.Val == "dns-prefetch")
		}) {
			continue
		}
		for _, a := range token.Attr {
			switch a.Key {
			case "href", "src", "poster":
				list = append(list, a.Val)
			case "srcset":
				for part := range strings.SplitSeq(a.Val, ",") {
					if fields := strings.Fields(part); len(fields) > 0 {
						list = append(list, fields[0])
					}
				}
			}
		}
	}
}

var styleURL = regexp.MustCompile(`url\(\s*(?:"([^"]*)"|'([^']*)'|([^'")\s]+))\s*\)`)

func inStyle(t *testing.T, folder, name string) (list []string) {
	t.Helper()
	text, err := os.ReadFile(path.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range styleURL.FindAllSubmatch(text, -1) {
		list = append(list, string(m[1])+string(m[2])+string(m[3]))
	}
	return list
}
