//go:build linux || darwin

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
)

// callers are four processes.
type callers struct {
	t         testing.TB
	processes []*callingProcess
}

type callingProcess struct {
	cmd    *exec.Cmd
	orders io.WriteCloser
	says   *bufio.Reader
	notes  string
}

// startCallers starts the processes, and returns when all of them call.
func startCallers(t testing.TB, url string) *callers {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	c := &callers{t: t}
	pause := time.Duration(effort.Times(120, 30)) * time.Millisecond // in a usual run, callers ask less often
	for number := range 4 {
		a := assignment{Process: number, URL: url, Notes: filepath.Join(t.TempDir(), "told"), LongestPause: pause}
		text, err := json.Marshal(a)
		require.NoError(t, err)
		p := &callingProcess{cmd: exec.CommandContext(t.Context(), program), notes: a.Notes}
		p.cmd.Env = append(os.Environ(), callersEnv+"="+string(text))
		p.cmd.Stderr = t.Output()
		p.orders, err = p.cmd.StdinPipe()
		require.NoError(t, err)
		stdout, err := p.cmd.StdoutPipe()
		require.NoError(t, err)
		p.says = bufio.NewReader(stdout)
		require.NoError(t, p.cmd.Start())
		c.processes = append(c.processes, p)
	}
	c.hear("ready")
	return c
}

// hear waits until all processes have said something.
func (c *callers) hear(what string) {
	c.t.Helper()
	for _, p := range c.processes {
		said, err := p.says.ReadString('\n')
		require.NoError(c.t, err)
		require.Equal(c.t, what+"\n", said)
	}
}

func (c *callers) order(what string) {
	c.t.Helper()
	for _, p := range c.processes {
		_, err := fmt.Fprintln(p.orders, what)
		require.NoError(c.t, err)
	}
}

// hold makes one caller of each process hold a decision, and returns when they do.
func (c *callers) hold() {
	c.t.Helper()
	c.order(hold)
	c.hear("held")
}

// goOn lets the decisions go on that are held.
func (c *callers) goOn() {
	c.t.Helper()
	c.order(goOn)
}

// end asks nothing new, and returns what all callers were told when everything that was
// asked has its outcome.
func (c *callers) end() (told []note) {
	c.t.Helper()
	for _, p := range c.processes {
		require.NoError(c.t, p.orders.Close())
	}
	for _, p := range c.processes {
		require.NoError(c.t, p.cmd.Wait())
		file, err := os.Open(p.notes)
		require.NoError(c.t, err)
		defer file.Close()
		for lines := json.NewDecoder(file); lines.More(); {
			var n note
			require.NoError(c.t, lines.Decode(&n))
			told = append(told, n)
		}
	}
	return told
}
