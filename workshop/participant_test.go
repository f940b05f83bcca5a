package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/workshop/steps"
)

// A participant writes files, types keys, and reads what the workshop says.
type participant struct {
	t            *testing.T
	root, folder string

	keys *io.PipeWriter // while the workshop watches
	left chan error     // how the watching ended
	out  *conversation  // what it said
}

// newParticipant has an empty desk beside that of whoever works on this project.
func newParticipant(t *testing.T) *participant {
	t.Helper()
	effort.OnlyAll(t, "the go command")
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(root, "mine"), 0o755))
	dir, err := os.MkdirTemp(filepath.Join(root, "mine"), "participant-") //nolint:usetesting // the desk lies in the module
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.NoError(t, os.RemoveAll(dir))
		_ = os.Remove(filepath.Join(root, "mine")) // unless somebody else has a desk there
	})
	return &participant{t: t, root: root, folder: "mine/" + filepath.Base(dir)}
}

// do runs one command, and returns what it said.
func (p *participant) do(args ...string) (string, error) {
	p.t.Helper()
	var out bytes.Buffer
	err := run(p.t.Context(), p.root, p.folder, args, strings.NewReader(""), &out)
	return out.String(), err
}

// says runs one command, and requires that it says these words.
func (p *participant) says(words string, args ...string) {
	p.t.Helper()
	said, err := p.do(args...)
	require.NoError(p.t, err)
	require.Contains(p.t, squashed(said), squashed(words))
}

func (p *participant) file(step steps.Step) string {
	return filepath.Join(p.root, p.folder, step.Name, step.File)
}

func (p *participant) write(step steps.Step, text string) {
	p.t.Helper()
	require.NoError(p.t, os.WriteFile(p.file(step), []byte(text), 0o600))
}

// watch starts the workshop. It ends when the test ends, if not before.
func (p *participant) watch() {
	p.t.Helper()
	in, keys := io.Pipe()
	ctx, cancel := context.WithCancel(p.t.Context())
	p.keys, p.left, p.out = keys, make(chan error, 1), newConversation()
	go func() {
		err := run(ctx, p.root, p.folder, nil, in, p.out)
		p.out.end()
		p.left <- err
	}()
	p.t.Cleanup(func() {
		cancel()
		keys.Close()
		p.out.untilEnd()
	})
}

func (p *participant) types(key string) {
	p.t.Helper()
	_, err := io.WriteString(p.keys, key+"\n")
	require.NoError(p.t, err)
}

// hears waits until the workshop has said these words, and returns what it said before them and was not
// heard yet.
func (p *participant) hears(words string) (before string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 2*time.Minute)
	defer cancel()
	said, ok := p.out.until(ctx, words)
	if !ok {
		p.t.Fatalf("the workshop did not say %q; it said:\n%s", words, said)
	}
	return said
}

// A conversation keeps what is said until somebody hears it.
type conversation struct {
	mu    sync.Mutex
	more  *sync.Cond
	said  string // and not heard yet
	ended bool
}

func newConversation() *conversation {
	c := &conversation{}
	c.more = sync.NewCond(&c.mu)
	return c
}

func (c *conversation) Write(text []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said += string(text)
	c.more.Broadcast()
	return len(text), nil
}

func (c *conversation) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	c.more.Broadcast()
}

// until waits for words, forgets them and what was said before them, and returns the latter. If the
// conversation or the context ends without them, it returns all.
func (c *conversation) until(ctx context.Context, words string) (said string, ok bool) {
	defer context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.more.Broadcast()
	})()
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		if before, after, found := strings.Cut(squashed(c.said), squashed(words)); found {
			c.said = after
			return before, true
		}
		if c.ended || ctx.Err() != nil {
			return c.said, false
		}
		c.more.Wait()
	}
}

var space = regexp.MustCompile(`\s+`)

// squashed has one space for each space and each end of a line: where lines break does not matter.
func squashed(text string) string { return space.ReplaceAllString(text, " ") }

func (c *conversation) untilEnd() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.ended {
		c.more.Wait()
	}
}
