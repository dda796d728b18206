package sites

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// media is a page with what is played: neither generators nor packages bring such files along.
var media = site{
	recipe: recipe{name: "media"}, version: "a clip that Chromium records, a minute's tone",
	prepare: func(t *testing.T, folder string) {
		write(t, filepath.Join(folder, "tone.wav"), tone(60))
		if clip := filepath.Join(folder, "clip.webm"); !exists(clip) {
			write(t, clip, record(t))
		}
	},
	holds: map[string]string{"/": `document.querySelector('video').currentTime > 0.2 && audio.currentTime > 50.2 && !audio.error`},
}

func write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(name, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// tone is a WAVE file: some seconds of 440 Hz, 8,000 samples of 16 bits in each.
func tone(seconds int) []byte {
	const rate = 8000
	size := uint32(seconds * rate * 2)
	var b bytes.Buffer
	for _, part := range []any{
		[]byte("RIFF"), 36 + size, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(rate * 2), uint16(2), uint16(16), []byte("data"), size,
	} {
		_ = binary.Write(&b, binary.LittleEndian, part) // to memory
	}
	for i := range seconds * rate {
		_ = binary.Write(&b, binary.LittleEndian, int16(8000*math.Sin(2*math.Pi*440*float64(i)/rate)))
	}
	return b.Bytes()
}

// record has Chromium record three seconds of changing colours.
func record(t *testing.T) (clip []byte) {
	t.Helper()
	v := newVisitor(t, "127.0.0.1", chromedp.DisableGPU)
	defer v.close()
	ctx, cancel := context.WithTimeout(v.ctx, pageLimit)
	defer cancel()
	list, err := chromedp.Run(ctx, chromedp.Evaluate[[]int](`(async () => {
		const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 64 }), pen = canvas.getContext('2d'), parts = []
		let n = 0
		const timer = setInterval(() => { pen.fillStyle = 'hsl(' + n++ * 9 + ', 90%, 50%)'; pen.fillRect(0, 0, 64, 64) }, 30)
		const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: 'video/webm' })
		recorder.ondataavailable = e => parts.push(e.data)
		recorder.start()
		await new Promise(done => setTimeout(done, 3000))
		const stopped = new Promise(done => recorder.onstop = done)
		recorder.stop()
		clearInterval(timer)
		await stopped
		return [...new Uint8Array(await new Blob(parts).arrayBuffer())]
	})()`, chromedp.EvalAwaitPromise))
	if err != nil || len(list) < 1000 {
		t.Fatalf("a recording of %d bytes: %v", len(list), err)
	}
	for _, b := range list {
		clip = append(clip, byte(b))
	}
	return clip
}
