package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"

	"go-crablet/workshop/room"
	"go-crablet/workshop/steps"
)

// roomVariable is the environment variable that may have the address of a room.
const roomVariable = "WORKSHOP_ROOM"

// usualApplication is where go run ./cmd/webapp serves.
const usualApplication = "http://127.0.0.1:8080"

// A membership is the room that a participant is in, and who the participant is there. It is a file
// on the desk.
type membership struct {
	Room        string `json:"room"` // its address, or "" for none
	Name        string `json:"name"` // asked for once
	Participant string `json:"participant"`
}

const roomFile = "room.json"

func (d *desk) membership() (m membership, err error) {
	text, err := os.ReadFile(d.path(roomFile))
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		return membership{}, fmt.Errorf("read %s: %w. Delete that file to enter a room anew", d.shown(roomFile), err)
	}
	return m, nil
}

func (d *desk) keep(m membership) error {
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(d.path(), 0o755); err != nil {
		return err
	}
	return replaceFile(d.path(roomFile), append(text, '\n'))
}

// room carries out the command of that name.
func (d *desk) room(ctx context.Context, in io.Reader, args []string) error {
	m, err := d.membership()
	if err != nil {
		return err
	}
	switch {
	case len(args) == 0 && m.Room == "":
		d.say("You are in no room. This enters one: go run ./workshop room ADDRESS\n")
		return nil
	case len(args) == 0:
		d.say("You are in the room %s as %s.\n", m.Room, m.Name)
		return nil
	case args[0] == "leave":
		m.Room = ""
		d.say("You are in no room any more.\n")
		return d.keep(m)
	case args[0] == "show" && len(args) == 2:
		return d.showInRoom(ctx, args[1])
	}
	return d.enterRoom(ctx, in, args[0])
}

// enterNamedRoom enters the room that the environment names. Whatever goes wrong is said, and the
// workshop goes on.
func (d *desk) enterNamedRoom(ctx context.Context, in io.Reader, address string) {
	if address == "" {
		return
	}
	if err := d.enterRoom(ctx, in, address); err != nil {
		d.say("%v\nThe workshop goes on without a room.\n", err)
	}
}

// enterRoom enters the room with an address. It asks for a first name if none was given yet. If the room
// does not answer, the participant is in it all the same: the next check tells it.
func (d *desk) enterRoom(ctx context.Context, in io.Reader, address string) error {
	address, err := roomAddress(address)
	if err != nil {
		return err
	}
	m, err := d.membership()
	if err != nil || m.Room == address {
		return err
	}
	if m.Name == "" {
		if m.Name, err = d.askName(ctx, in); err != nil {
			return err
		}
		m.Participant = newSecret()
	}
	m.Room = address
	step, err := d.current()
	if err != nil {
		return err
	}
	said, err := d.tell(ctx, m, room.Progress{Step: step.Name, State: room.Begun})
	if err != nil && !errors.Is(err, errUnreachable) {
		return err
	}
	if err != nil {
		said = err.Error()
	}
	d.say("%s\nAfter each check the room hears the step, red or green, and which test fails. It never hears your code.\n", said)
	return d.keep(m)
}

// roomAddress returns the address of a room as it is kept. http:// may be left out, and so may what
// stands between the host and the code.
func roomAddress(typed string) (string, error) {
	if !strings.Contains(typed, "://") {
		typed = "http://" + typed
	}
	at, err := url.Parse(typed)
	if err == nil && at.Host != "" && (at.Scheme == "http" || at.Scheme == "https") {
		parts := strings.FieldsFunc(at.Path, func(r rune) bool { return r == '/' })
		if len(parts) > 0 {
			return at.Scheme + "://" + at.Host + "/workshop/rooms/" + strings.ToLower(parts[len(parts)-1]), nil
		}
	}
	return "", errors.New("the address of a room ends with its code, like http://192.168.1.5:8080/workshop/rooms/k7qm2x")
}

// askName asks for a first name until it is one.
func (d *desk) askName(ctx context.Context, in io.Reader) (string, error) {
	for {
		d.say("\nYour first name, for whoever leads the room: ")
		name, err := readLine(ctx, in)
		name = strings.TrimSpace(name)
		switch {
		case room.ValidName(name):
			return name, nil
		case err != nil:
			return "", errors.New("a room needs your first name")
		}
		d.say("%v\n", room.ErrName)
	}
}

// readLine reads one line, and nothing behind it: the keys behind it are for the workshop.
func readLine(ctx context.Context, in io.Reader) (line string, err error) {
	done := make(chan struct{})
	go func() { // it ends with the line, or with the program
		defer close(done)
		var sign [1]byte
		for sign[0] != '\n' {
			if _, err = io.ReadFull(in, sign[:]); err != nil {
				return
			}
			line += string(sign[:])
		}
	}()
	select {
	case <-done:
		return line, err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func newSecret() string {
	var secret [16]byte
	rand.Read(secret[:]) // it never returns an error
	return hex.EncodeToString(secret[:])
}

// tellRoom tells the room of the participant, if there is one, how a check ended. What the room has
// against it is said once, and the workshop goes on.
func (d *desk) tellRoom(ctx context.Context, step steps.Step, v *verdict) {
	m, err := d.membership()
	if err == nil && m.Room == "" {
		return
	}
	if err == nil {
		_, err = d.tell(ctx, m, checked(step, v))
	}
	if errors.Is(err, errNoRoom) {
		m.Room = ""
		err = errors.Join(err, d.keep(m))
	}
	switch {
	case err == nil && d.roomSaid != "":
		d.say("\nThe room hears of you again.\n")
	case err != nil && err.Error() != d.roomSaid:
		d.say("\n%v\nThe workshop goes on.\n", err)
	}
	d.roomSaid = ""
	if err != nil {
		d.roomSaid = err.Error()
	}
}

// checked is what a room hears of a check: never code, and not what the test said.
func checked(step steps.Step, v *verdict) room.Progress {
	if v.green() {
		return room.Progress{Step: step.Name, State: room.Green}
	}
	p := room.Progress{Step: step.Name, State: room.Red}
	if failed := v.failed(); len(failed) > 0 {
		p.Test = failed[0]
	}
	return p
}

// showInRoom offers the room a race or a receipt of the application, to be shown to everybody.
func (d *desk) showInRoom(ctx context.Context, address string) error {
	m, err := d.membership()
	if err != nil {
		return err
	}
	if m.Room == "" {
		return errors.New("you are in no room; go run ./workshop room ADDRESS enters one")
	}
	at, err := url.Parse(address)
	if err != nil {
		return room.ErrShows
	}
	step, err := d.current()
	if err != nil {
		return err
	}
	if _, err := d.tell(ctx, m, room.Progress{Step: step.Name, State: room.Begun, Shows: at.Path}); err != nil {
		return err
	}
	d.say("The leader of the room can show it to everybody now.\n")
	return nil
}

// done returns the numbers of the steps that are green.
func (d *desk) done() (numbers []int, err error) {
	p, err := d.progress()
	if err != nil {
		return nil, err
	}
	for _, step := range d.steps {
		if p.isGreen(step.Name) {
			numbers = append(numbers, numberOf(step))
		}
	}
	return numbers, nil
}

// page returns the address at which the application shows how far the participant is, and what
// there is to see there.
func (d *desk) page(step steps.Step) string {
	application := usualApplication
	if m, err := d.membership(); err == nil && m.Room != "" {
		application, _, _ = strings.Cut(m.Room, "/workshop/")
	}
	done, _ := d.done()
	if !step.Variant && !slices.Contains(done, numberOf(step)) {
		return fmt.Sprintf("%s/workshop?at=%d&green=%s", application, numberOf(step), room.Numbers(done))
	}
	return fmt.Sprintf("%s/workshop?green=%s", application, room.Numbers(done))
}
