package web

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"go-crablet/lab"
	"go-crablet/live"
)

// raceFollowers are the races that somebody follows for all who watch them.
type raceFollowers struct {
	mu    sync.Mutex
	races map[string]bool
}

// begin reports whether nobody follows a race yet, and then takes it that somebody does.
func (f *raceFollowers) begin(race string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.races[race] {
		return false
	}
	if f.races == nil {
		f.races = map[string]bool{}
	}
	f.races[race] = true
	return true
}

func (f *raceFollowers) end(race string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.races, race)
}

// followRaces shows the races among the topics to all who watch them. To a viewer who
// has joined, so the end of a race is missed by nobody: who comes after it is invited.
func (s *server) followRaces(viewer *live.Viewer, topics []string) {
	for _, t := range topics {
		id, ok := strings.CutPrefix(t, aboutRace)
		if !ok {
			continue
		}
		run, running := s.Theatre.Run(id)
		if !running {
			s.viewers.InviteOne(viewer)
			continue
		}
		if s.follows.begin(id) && !s.viewers.Go(func(ctx context.Context) { s.followRace(ctx, run) }) {
			s.follows.end(id) // the program is stopping
		}
	}
}

// followRace pushes pictures of a race to those who watch it, and invites them when it
// is over, or when ctx is done.
func (s *server) followRace(ctx context.Context, run *lab.Run) {
	for tooSlow := true; tooSlow; {
		tooSlow = false
		for _, err := range run.Watch(ctx) {
			if err != nil {
				tooSlow = errors.Is(err, lab.ErrTooSlow)
				break
			}
			s.showRace(ctx, run.Replay())
			pause(ctx, betweenPictures(s.viewers.Viewers()))
		}
	}
	s.follows.end(run.ID)
	s.viewers.Invite(string(raceTopic(run.ID)))
}

// betweenPictures bounds what pictures cost, which are larger than other news.
func betweenPictures(viewers int) time.Duration {
	return 150*time.Millisecond + 5*time.Duration(viewers)*time.Millisecond
}

// showRace pushes a picture of each page of lanes that somebody looks at.
func (s *server) showRace(ctx context.Context, replay lab.Replay) {
	for from := 1; from <= len(replay.Contenders); {
		at := scrubOf(replay, nil)
		at.from = from
		view := viewRace(replay, true, at)
		if about := string(lanesTopic(replay.ID, view.Lanes.First)); s.viewers.Watched(about) {
			var picture bytes.Buffer
			if err := raceFrame(view).Render(ctx, &picture); err != nil {
				s.Logger.WarnContext(ctx, "a picture of a race", "error", err)
				return
			}
			s.viewers.Push(about, live.NewMessage("picture", plainText(picture.Bytes())))
		}
		from = view.Lanes.Last + 1
	}
}
