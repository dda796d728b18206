package sites

// npmPackage is a package that is served as it comes, beside a page of testdata/pages where it has
// none of its own. With only, that folder of it alone.
func npmPackage(name, module, version, only string) site {
	step := "npm pack " + module + "@" + version + " && mkdir site && tar xzf *.tgz -C site --strip-components=1 && rm *.tgz"
	if only != "" {
		step += " && mkdir part && mv site/" + only + " part && rm -r site && mv part site"
	}
	return site{recipe: recipe{name, []string{step}}, version: module + " " + version, out: "site"}
}

func (s site) with(change func(*site)) site {
	change(&s)
	return s
}

var packages = []site{
	npmPackage("swagger-ui", "swagger-ui-dist", "5.35.0", "").with(func(s *site) {
		s.holds = map[string]string{"/page.html": `document.querySelector('.opblock')?.textContent.includes('All rooms')`}
	}),
	npmPackage("redoc", "redoc", "3.0.1", "").with(func(s *site) {
		s.holds = map[string]string{"/": `document.body.textContent.includes('All rooms')`}
	}),
	npmPackage("pdfjs", "pdfjs-dist", "6.5.438", "").with(func(s *site) {
		s.holds = map[string]string{"/": `document.getElementById('text').textContent === 'Forty-two'`}
		s.notAtNginx = "1.22 sends .mjs as octet-stream, which browsers do not run"
	}),
	npmPackage("monaco", "monaco-editor", "0.57.0", "min").with(func(s *site) {
		s.holds = map[string]string{"/": `document.querySelector('.view-line')?.textContent.includes('answer')`}
	}),
	npmPackage("three", "three", "0.187.0", "").with(func(s *site) {
		s.webGL = true
		s.holds = map[string]string{"/": `document.body.dataset.triangles === '12' && document.body.dataset.wasm`}
	}),
	npmPackage("reveal", "reveal.js", "6.0.2", "").with(func(s *site) {
		s.holds = map[string]string{"/demo.html": `Reveal.isReady()`}
	}),
	npmPackage("sqljs", "sql.js", "1.16.0", "").with(func(s *site) {
		s.holds = map[string]string{"/": `document.getElementById('answer').textContent === '42'`}
	}),
}
