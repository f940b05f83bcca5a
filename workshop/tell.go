package main

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode"

	"go-crablet/workshop/room"
)

var (
	errNoRoom      = errors.New("no such room")
	errUnreachable = errors.New("the room does not answer")
)

// A refusal says in a sentence why a room did not hear what it was told.
type refusal struct {
	room.Problem
	kind error // errNoRoom, errUnreachable, or nil
}

func (r refusal) Unwrap() error { return r.kind }

// patience is how long the workshop waits for a room. Nobody waits for it longer at a save.
const patience = 2 * time.Second

// asksForText sends what a room is told. It follows no redirect: that would not bring the form along.
var asksForText = http.Client{
	Timeout:       patience,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// tell tells a room how far a participant is, and returns the sentence that it answers.
func (d *desk) tell(ctx context.Context, m membership, p room.Progress) (said string, err error) {
	p.Participant, p.Name = m.Participant, m.Name
	if p.Done, err = d.done(); err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, m.Room+"/progress", strings.NewReader(p.Form().Encode()))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "text/plain")
	response, err := asksForText.Do(request)
	if err != nil {
		return "", refusal{room.Problem("The room at " + m.Room + " does not answer. The next check tries again."), errUnreachable}
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(response.Body, 500))
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if kind != "text/plain" || response.Header.Get("X-Request-Id") == "" { // which each answer of the application has
		return "", refusal{room.Problem("There is something at " + m.Room + ", and it is not a room."), nil}
	}
	said = printable(string(text))
	switch response.StatusCode {
	case http.StatusOK:
		return said, nil
	case http.StatusNotFound:
		return "", refusal{room.Problem(said), errNoRoom}
	}
	return "", refusal{room.Problem(said), nil}
}

// printable returns one line of a text that came over the network, without what a terminal would obey.
func printable(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text))
}
