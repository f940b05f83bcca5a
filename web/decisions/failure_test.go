package decisions

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// On a failingLog every read succeeds and every append fails.
type failingLog struct {
	*busyLog
	err error
}

func (l failingLog) AppendAfter(context.Context, []dcb.InputEvent, dcb.Query, dcb.Checkpoint) (int64, error) {
	return 0, l.err
}

// A replacedLog is another log by the time of the first append.
type replacedLog struct {
	*busyLog
	found bool
}

func (l *replacedLog) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if !l.found {
		l.found = true
		return 0, &dcb.OtherHistoryError{Known: known}
	}
	return l.busyLog.AppendAfter(ctx, events, query, known)
}

func TestReceiptOfADecisionThatStartedOver(t *testing.T) {
	t.Parallel()
	log := newBusyLog(t, aTerm()...)
	cmd := courses.SubscribeStudent{Student: "ada", Course: "algebra"}
	ctx, recorder := receipt.Record(t.Context(), cmd, "Ada subscribes to Algebra")
	require.NoError(t, cmd.Decide(ctx, &replacedLog{busyLog: log}))
	record, ended := recorder.Receipt()
	require.True(t, ended)
	require.Len(t, record.Attempts, 2)

	v := viewed(t, log, record)
	require.Equal(t, "Seated at attempt 2", v.Outcome.Words)
	first, second := v.First[0], v.First[1]
	assert.Equal(t, ui.Outcome{Colour: "conflict", Icon: "i-conflict", Words: "Another log"}, first.Outcome)
	assert.Equal(t, "Read 3 events up to 7. The append found another log.", first.Caption)
	assert.Equal(t, "The log is no longer the one that was read.", first.Verdict.Strong)
	assert.Contains(t, first.Verdict.Text, "the event that stood at 7 does not stand there")
	assert.Contains(t, first.Wait, "then started over, and read from the start of the log")
	assert.Equal(t, "Read 3 events up to 7. Nothing got inside before the append.", second.Caption)
	_, err := story.ScenarioCode(record, 0, nil)
	assert.Equal(t, story.ErrVoidAttempt, err)
}

func TestReceiptOfAFailure(t *testing.T) {
	t.Parallel()
	away := errors.New("dial tcp 10.1.2.3: connection refused")
	full := errors.New("could not extend file: no space left on device")
	p := &Pages{Site: site.New(site.Config{
		Ping:     func(context.Context) error { return nil },
		IsOutage: func(err error) bool { return errors.Is(err, away) },
		IsFull:   func(err error) bool { return errors.Is(err, full) },
		Logger:   slog.New(slog.NewTextHandler(t.Output(), nil)),
	})}
	cmd := courses.SubscribeStudent{Student: "ada", Course: "algebra"}
	for _, test := range []struct {
		err         error
		words, text string
	}{
		{dcb.ErrUnknownOutcome, "it is unknown whether the facts are stored", "Send the same form again to find out"},
		{dcb.ErrClosed, "the program was stopping", "nothing was appended"},
		{away, "the database did not answer", "nothing was appended"},
		{full, "the database was full", "nothing was appended. Ask again later"},
		{context.DeadlineExceeded, "it took too long", "nothing was appended"},
		{errors.New("surprise"), "something broke", "nothing was appended"},
	} {
		log := newBusyLog(t, aTerm()...)
		ctx, recorder := receipt.Record(t.Context(), cmd, "Ada subscribes to Algebra")
		err := cmd.Decide(ctx, failingLog{log, test.err})
		record, ended := recorder.Receipt()
		require.True(t, ended)
		p.nameFailure(t.Context(), record, err)

		v := viewed(t, log, record)
		assert.Equal(t, ui.Outcome{Colour: "failed", Icon: "i-failed", Words: "Failed: " + test.words}, v.Outcome)
		require.Len(t, v.First, 1)
		attempt := v.First[0]
		assert.Equal(t, ui.Outcome{Colour: "failed", Icon: "i-failed", Words: "Failed"}, attempt.Outcome)
		assert.Equal(t, "Read 3 events up to 7. It decided, and then it failed.", attempt.Caption)
		assert.Equal(t, "Failed: "+test.words+".", attempt.Verdict.Strong)
		assert.Contains(t, attempt.Verdict.Text, test.text)
		last := attempt.Strip.Tiles[len(attempt.Strip.Tiles)-1]
		assert.Equal(t, story.TileFailed, last.Kind)
		assert.Equal(t, "?", last.Position())
		assert.Equal(t, "Not known to be appended: Ada took a seat in Algebra", last.Sentence())
		assert.Empty(t, v.AppendedAt)
		assert.Equal(t, errors.Is(test.err, dcb.ErrUnknownOutcome), story.MayBeStored(record), "%v", test.err)
		_, err = story.ScenarioCode(record, 0, nil)
		assert.Equal(t, story.ErrFailedAttempt, err)
	}
}

func TestManyFactsAreSummedUpAsFailedHeldOrLost(t *testing.T) {
	t.Parallel()
	more := story.Tile{Kind: story.TileMore, Of: story.TileFailed, Inside: 12}
	assert.Equal(t, "12 more, failed", more.Sentence())
	more.Of = story.TileHeld
	assert.Equal(t, "12 more, held", more.Sentence())
	more.Of = story.TileGhost
	assert.Equal(t, "12 more, lost", more.Sentence())
}

func TestStaleAnswersAreNotComparedWithAnAttemptThatReadNothing(t *testing.T) {
	t.Parallel()
	attempts := []receipt.Attempt{
		{Knew: []receipt.Known{{Name: "title"}}, Conflict: &receipt.Conflict{Stale: []string{"title"}}},
		{Failure: &receipt.Failure{Kind: receipt.Unreadable, Reading: true}},
	}
	assert.Equal(t, []story.StaleAnswer{{Name: "Title"}}, story.StaleOf(attempts, 0))
}
