package sites

// starters are what generators write for newcomers, unmodified but for what each needs to write a
// static folder, and for the pages of generators whose starters lie where npm does not reach.
var starters = []site{
	{
		recipe: recipe{"vite", []string{
			"npm create vite@9.3.0 site -- --template react-ts --no-interactive",
			"cd site && npm install && npm run build",
		}},
		version: "create-vite 9.3.0", out: "site/dist", keys: "spa: index.html\n", deep: []string{"/some/route"},
	},
	{
		// The same with a service worker, which the plugin writes.
		recipe: recipe{"vite-pwa", []string{
			"npm create vite@9.3.0 site -- --template vanilla-ts --no-interactive",
			"cd site && npm install && npm install --legacy-peer-deps -D vite-plugin-pwa@1",
			`cd site && echo 'import { VitePWA } from "vite-plugin-pwa"; export default { plugins: [VitePWA({ registerType: "autoUpdate", injectRegister: "script" })] }' >vite.config.js && npm run build`,
		}},
		version: "create-vite 9.3.0, vite-plugin-pwa 1", out: "site/dist", keys: "spa: index.html\n",
		holds: map[string]string{"/": `navigator.serviceWorker.ready.then(r => r.active.state === 'activated')`},
	},
	{
		recipe: recipe{"vitepress", []string{
			"npm init -y && npm install vitepress@1.6.4 vue@3",
			`node -e 'import("vitepress").then(v => v.scaffold({ root: "docs", title: "Starter", description: "A starter", theme: v.ScaffoldThemeType.Default, useTs: true, injectNpmScripts: false }))'`,
			"npx vitepress build docs",
		}},
		version: "1.6.4", out: "docs/.vitepress/dist", keys: "clean_urls: true\n",
	},
	{
		// create-astro fetches its starters from elsewhere; Starlight is Astro's own theme for manuals.
		recipe: recipe{"astro", []string{
			"npm init -y && npm pkg set type=module && npm install astro@7.3.5 @astrojs/starlight@0.42.4",
			`mkdir -p src/content/docs/guides && printf -- '---\ntitle: Welcome\n---\n[A guide](/guides/first/) and [another](/guides/second/)\n' >src/content/docs/index.md`,
			`for g in first second; do printf -- '---\ntitle: The %s guide\n---\n## A part\n[Home](/)\n' $g >src/content/docs/guides/$g.md; done`,
			`echo 'import { docsLoader } from "@astrojs/starlight/loaders"; import { docsSchema } from "@astrojs/starlight/schema"; import { defineCollection } from "astro:content"; export const collections = { docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }) }' >src/content.config.ts`,
			`echo 'import starlight from "@astrojs/starlight"; import { defineConfig } from "astro/config"; export default defineConfig({ site: "https://example.com", integrations: [starlight({ title: "Starter", sidebar: [{ label: "Guides", items: ["guides/first", "guides/second"] }] })] })' >astro.config.mjs`,
			"npx astro build",
		}},
		version: "7.3.5, Starlight 0.42.4", out: "dist", keys: "clean_urls: true\n",
	},
	{
		recipe: recipe{"docusaurus", []string{
			"npx create-docusaurus@3.10.2 site classic --typescript --package-manager npm --skip-install",
			"cd site && npm install && npm run build",
		}},
		version: "3.10.2", out: "site/build", keys: "clean_urls: true\n",
	},
	{
		// --empty: the other starters want fonts from Google while they build.
		recipe: recipe{"next", []string{
			"npx create-next-app@16.4.3 site --yes --empty --ts --app --use-npm --disable-git --skip-install",
			`cd site && echo 'export default { output: "export" }' >next.config.mjs && rm next.config.ts && npm install && npx next build`,
		}},
		version: "create-next-app 16.4.3", out: "site/out", keys: "clean_urls: true\n",
	},
	{
		recipe: recipe{"sveltekit", []string{
			"npx sv@0.17.1 create site --template minimal --types ts --no-add-ons --no-install",
			"cd site && npx sv@0.17.1 add sveltekit-adapter=adapter:static --no-install --no-git-check",
			"cd site && echo 'export const prerender = true' >src/routes/+layout.ts && npm install && npm run build",
		}},
		version: "sv 0.17.1", out: "site/build", keys: "clean_urls: true\n",
	},
	{
		// Its adapter for Cloudflare writes _headers.
		recipe: recipe{"sveltekit-cloudflare", []string{
			"npx sv@0.17.1 create site --template minimal --types ts --no-add-ons --no-install",
			"cd site && npx sv@0.17.1 add sveltekit-adapter=adapter:cloudflare+cfTarget:pages --no-install --no-git-check",
			// Its script `build` wants types that a program of Cloudflare's generates.
			"cd site && echo 'export const prerender = true' >src/routes/+layout.ts && npm install && npx vite build",
		}},
		version: "sv 0.17.1", out: "site/.svelte-kit/cloudflare", keys: "clean_urls: true\nsite_files: cloudflare\n",
	},
	{
		recipe: recipe{"eleventy", []string{
			"npm init -y && npm install @11ty/eleventy@3.1.8",
			`mkdir -p _includes posts && echo '<!doctype html><html lang="en"><meta charset="utf-8"><title>{{ title }}</title><body>{{ content | safe }}</body></html>' >_includes/page.njk`,
			`printf -- '---\nlayout: page.njk\ntitle: Start\n---\n# Start\n[One](/posts/one/), [two](/posts/two/)\n' >index.md`,
			`for p in one two; do printf -- '---\nlayout: page.njk\ntitle: Post %s\n---\n# Post %s\n[Start](/)\n' $p $p >posts/$p.md; done`,
			"npx eleventy --output=dist",
		}},
		version: "3.1.8", out: "dist", keys: "clean_urls: true\n",
	},
	{
		// What `npm create storybook` does, which installs packages of the system too where it may.
		recipe: recipe{"storybook", []string{
			"npm create vite@9.3.0 site -- --template react-ts --no-interactive",
			"cd site && npm install && npm install -D storybook@10.6.2 @storybook/react-vite@10.6.2",
			"cd site && mkdir .storybook src/stories && cp -r node_modules/@storybook/react/template/cli/ts/. src/stories",
			"cd site && npm pack create-storybook@10.6.2 && tar xzf create-storybook-*.tgz package/rendererAssets && cp package/rendererAssets/common/*.css src/stories && rm -r package *.tgz",
			`cd site && echo 'export default { stories: ["../src/**/*.stories.@(ts|tsx)"], framework: "@storybook/react-vite" }' >.storybook/main.ts && npx storybook build`,
		}},
		version: "10.6.2", out: "site/storybook-static",
	},
	{
		recipe: recipe{"hugo", []string{
			"apt-get download hugo libsass1 libwebp7 && for d in *.deb; do dpkg -x $d .; done && rm *.deb",
			"LD_LIBRARY_PATH=$PWD/usr/lib/x86_64-linux-gnu usr/bin/hugo new site site",
			`cd site && mkdir -p layouts/_default && echo '<!doctype html><html lang="en"><meta charset="utf-8"><title>{{ .Title }}</title><h1>{{ .Title }}</h1>{{ .Content }}<p><a href="/">Start</a>' | tee layouts/_default/single.html >layouts/_default/list.html`,
			`cd site && echo '{{ range .Pages }}<p><a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}' >>layouts/_default/list.html`,
			`cd site && for p in one two; do LD_LIBRARY_PATH=$PWD/../usr/lib/x86_64-linux-gnu ../usr/bin/hugo new posts/$p.md; done`,
			"cd site && LD_LIBRARY_PATH=$PWD/../usr/lib/x86_64-linux-gnu ../usr/bin/hugo --buildDrafts --baseURL /",
		}},
		version: "0.111.3", out: "site/public", keys: "clean_urls: true\n",
	},
}
