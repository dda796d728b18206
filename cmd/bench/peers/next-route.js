// A route handler that Next.js renders when it is built.
export const dynamic = 'force-static';
export function GET() {
	return new Response('Hello, World!\n', { headers: { 'Content-Type': 'text/plain' } });
}
