package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
	"go-crablet/internal/pgtest"
	"go-crablet/workshop/room"
)

// startApplication starts the real application on a database of its own, and returns its address.
func startApplication(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "webapp")
	output, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "go-crablet/cmd/webapp").CombinedOutput()
	require.NoError(t, err, string(output))
	cmd := exec.CommandContext(t.Context(), program, "-addr", "127.0.0.1:0", "-data", t.TempDir(), "-sample")
	cmd.Env, cmd.Stderr = append(os.Environ(), "DATABASE_URL="+pgtest.URL(t)), t.Output()
	said, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for lines := bufio.NewScanner(said); lines.Scan(); {
		if address, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
			go io.Copy(io.Discard, said) // until the application ends
			return address
		}
	}
	require.Fail(t, "the application does not listen")
	return ""
}

// enters enters a room as the program does, and gives a name when asked.
func (p *participant) enters(address, name string) (string, error) {
	p.t.Helper()
	var out strings.Builder
	err := run(p.t.Context(), p.root, p.folder, []string{"room", address}, strings.NewReader(name+"\n"), &out)
	return out.String(), err
}

// Two participants work, their leader looks, and the page fills.
func TestARoomFillsWhileItsLeaderLooks(t *testing.T) {
	t.Parallel()
	all, ada, kofi := allSteps(t), newParticipant(t), newParticipant(t)
	application := startApplication(t)
	leader := browser.Open(t).NewPerson(t, "the leader")
	leader.Goto(application + "/workshop")
	leader.Submit(`form[action="/workshop/rooms"] button`)
	address := leader.URL()
	reads := func(part, words string) {
		t.Helper()
		require.Eventually(t, func() bool { return strings.Contains(leader.Text(part), words) }, time.Minute, 50*time.Millisecond, "%s comes to read %s", part, words)
	}
	for _, p := range []*participant{ada, kofi} {
		said, err := p.enters(address, "Ada") // both have the same name
		require.NoError(t, err)
		require.Contains(t, said, "It never hears your code.")
	}
	reads("#room-far", "2 people are here.")

	ada.watch()
	ada.hears("1 of 3 tests fail")
	reads("#step-1", "1 stops at: The page of the student shows the seat")
	ada.write(all[0], all[0].Solved())
	ada.hears("Your steps, and what there is to see about each: " + application + "/workshop?green=1\n")
	reads("#step-1", "1 of 2")
	ada.types("")
	ada.hears("2 of 3 tests fail")
	reads("#step-2", "0 of 1")
	_, err := kofi.do("check")
	require.ErrorIs(t, err, errRed)
	reads("#step-1", "1 stops at")

	leader.Click(".confirm > summary")
	leader.Submit(`form[action$="/stop"] button`)
	ada.types("") // the room is gone, and the workshop goes on
	ada.hears("There is no room with this code here.")
	ada.hears("[Enter] check again")
	kofi.says("You are in no room", "room", "leave")
	ada.says("You are in no room.", "room")
}

// A participant hears one sentence, and works on.
func TestWhatIsWrongWithARoomIsSaidOnce(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	p := newParticipant(t)
	for typed, want := range map[string]string{
		"":                        "the address of a room ends with its code",
		"http://127.0.0.1:1":      "the address of a room ends with its code",
		"ftp://127.0.0.1/k7qm2x":  "the address of a room ends with its code",
		"http://[::1/rooms/k7qm2": "the address of a room ends with its code",
	} {
		_, err := p.enters(typed, "Ada")
		require.ErrorContains(t, err, want, typed)
	}
	other := httptest.NewServer(http.NotFoundHandler()) // something else, which answers as Go does
	t.Cleanup(other.Close)
	said, err := p.enters(other.URL+"/k7qm2x", "<b>Ada</b>\n"+strings.Repeat("A", 500)+"\nZoë")
	require.ErrorContains(t, err, "There is something at "+other.URL+"/workshop/rooms/k7qm2x, and it is not a room.")
	require.Equal(t, 2, strings.Count(said, room.ErrName.Error()), "it asks until it is a name")

	gone := unusedAddress(t)
	said, err = p.enters(gone+"/k7qm2x", "Zoë")
	require.NoError(t, err)
	require.Contains(t, said, "The room at "+gone+"/workshop/rooms/k7qm2x does not answer. The next check tries again.")
	d, step := p.desk(&out), allSteps(t)[0]
	for range 2 {
		require.ErrorIs(t, d.checkOnce(t.Context(), step), errRed, "the workshop goes on")
	}
	assert.Equal(t, 1, strings.Count(out.String(), "does not answer"), "it was said once")
	assert.Equal(t, 2, strings.Count(out.String(), "1 of 3 tests fail"))
}

// desk returns the desk of the participant, as the program has it.
func (p *participant) desk(out io.Writer) *desk {
	p.t.Helper()
	d, err := openDesk(p.root, p.folder, out)
	require.NoError(p.t, err)
	return d
}

// unusedAddress returns an address at which nothing answers.
func unusedAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return "http://" + listener.Addr().String()
}

// What comes over the network does not write to a terminal as it likes.
func TestATextOfARoomIsPlain(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "[31mYou are in", printable("\x1b[31mYou\tare in\x07\r\n"))
}

// A room hears the step, its state and the name of a test. It hears nothing of the code.
func TestARoomHearsNoCode(t *testing.T) {
	t.Parallel()
	heard := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard <- string(body)
		w.Header().Set("X-Request-Id", "1")
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "You are in the room as Zoë.\n")
	}))
	t.Cleanup(server.Close)
	p, step := newParticipant(t), allSteps(t)[0]
	said, err := p.enters(strings.TrimPrefix(server.URL, "http://")+"/K7QM2X", "Zoë")
	require.NoError(t, err)
	require.Contains(t, said, "You are in the room as Zoë.")
	require.Contains(t, <-heard, "state=begun")
	p.says("You are at step 1", "go", "1")
	p.write(step, "package tags // a secret of mine\n")
	_, err = p.do("check")
	require.ErrorIs(t, err, errRed)
	body := <-heard
	assert.Contains(t, body, "state=red&step=01-tags&test=")
	assert.NotContains(t, body, "secret")
	p.write(step, step.Exercise())
	_, err = p.do("check")
	require.ErrorIs(t, err, errRed)
	assert.True(t, strings.HasSuffix(<-heard, "&state=red&step=01-tags&test=TestThePageOfTheStudentShowsTheSeat"))
	p.says("The leader of the room can show it to everybody now.", "room", "show", "http://127.0.0.1:8080/race/abc?step=3")
	assert.Contains(t, <-heard, "shows=%2Frace%2Fabc")
	p.says("You are in the room "+server.URL+"/workshop/rooms/k7qm2x as Zoë.", "room")
}
