package web_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/receipt"
)

// Every kept attempt of every kind of decision becomes a test. Package courses passes it, and fails
// it when the test expects another outcome.
func TestEveryAttemptIsATestThatPasses(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "the go command")
	app := newApp(t)
	app.carryOut(courses.JoinWaitlist{Student: "dmitri", Course: "cryptography"})
	app.carryOut(courses.RegisterStudent{Student: "zeno", Name: "Zeno"})
	app.register("sela", awkward)
	var kept keptDecisions
	for _, command := range keyedCommands {
		kept.decideOnAllThatCanCome(t, app, command)
	}
	kept.decideWhileTheBoundaryMoves(t, app)
	kept.giveSeveralSeatsBack(t, app)
	kept.decideAtRandom(t, app)
	kept.requireAllKinds(t)

	suite := testSuite{t: t, dir: t.TempDir(), folder: domainFolder(t), replace: map[string]string{}}
	n := 0
	for _, record := range kept.receipts {
		for i := range record.Attempts {
			got := app.visitor().get(fmt.Sprintf("/decisions/%s/attempts/%d/test", record.ID, i+1))
			require.Equal(t, http.StatusOK, got.status, got)
			suite.add(fmt.Sprintf("decision_%s_%d_test.go", record.ID, i+1), got.body)
			n++
		}
	}
	passed, failed := suite.run()
	require.Equal(t, n, len(passed), "these should have passed: %v", failed)
	for _, name := range passed {
		require.Regexp(t, `^TestDecision`, name)
	}
	require.Len(t, failed, n, "each of them once more, with another decision")
	for _, name := range failed {
		require.Regexp(t, `^TestSpoilt`, name)
	}
	t.Logf("%d decisions with %d attempts", len(kept.receipts), n)
}

// awkward is a title that has to be escaped in source.
const awkward = "\"`\\ %s // dcb.x */ Zoë’s"

// keyedCommands makes each command with a key. In the sample term each is accepted after those before
// it: the student who leaves is followed by one who waited, and the added seats by two.
var keyedCommands = []func(courses.RequestID) command{
	func(r courses.RequestID) command {
		return courses.DefineCourse{Course: "knots", Title: awkward, Capacity: 3, Request: r}
	},
	func(r courses.RequestID) command {
		return courses.RenameCourse{Course: "compilers", NewTitle: awkward, Request: r}
	},
	func(r courses.RequestID) command {
		return courses.JoinWaitlist{Student: "zeno", Course: "cryptography", Request: r}
	},
	func(r courses.RequestID) command {
		return courses.UnsubscribeStudent{Student: "wanda", Course: "cryptography", Request: r}
	},
	func(r courses.RequestID) command {
		return courses.LeaveWaitlist{Student: "amara", Course: "cryptography", Request: r}
	},
	func(r courses.RequestID) command {
		return courses.ChangeCapacity{Course: "cryptography", NewCapacity: 12, Request: r}
	},
	func(r courses.RequestID) command {
		return courses.ArchiveCourse{Course: "formal-methods", Request: r}
	},
	func(r courses.RequestID) command {
		return courses.RegisterStudent{Student: "zoe", Name: awkward, Request: r}
	},
	func(r courses.RequestID) command {
		return courses.RenameStudent{Student: "ada", NewName: awkward, Request: r}
	},
	func(r courses.RequestID) command {
		return courses.SubscribeStudent{Student: "ada", Course: "history-of-computing", Request: r}
	},
	func(r courses.RequestID) command { return courses.ForgetStudent{Student: "sela", Request: r} },
	func(r courses.RequestID) command {
		return courses.SwapSeats{Student: "kofi", From: "databases-as-logs", To: "type-theory", Request: r}
	},
	func(r courses.RequestID) command { return courses.LeaveAltogether{Student: "noor", Request: r} },
	func(r courses.RequestID) command { return courses.LeaveArchivedCourses{Student: "aiko", Request: r} },
}

// keptDecisions are the receipts of the decisions of a test.
type keptDecisions struct {
	mu       sync.Mutex
	receipts []receipt.Receipt
}

// decideOnAllThatCanCome decides a command so that it conflicts with itself and then is refused, or
// has nothing to do. In a log of its own the command is accepted, then repeated with its key, and
// then sent with a key that was used for something else.
func (k *keptDecisions) decideOnAllThatCanCome(t *testing.T, app *app, command func(courses.RequestID) command) {
	t.Helper()
	same := fmt.Sprintf("%T", command(""))
	other := courses.RequestID("of-another-" + strings.TrimPrefix(same, "courses."))
	rename := courses.RenameStudent{Student: "kofi", NewName: sealed.Text("Kofi " + same), Request: other}
	require.NoError(t, rename.Decide(t.Context(), app.store))

	k.decide(t, app, t.Context(), command(other)) // refused
	key := courses.RequestID("key-of-" + strings.TrimPrefix(same, "courses."))
	attempts := 0
	meanwhile := dcb.WithTrace(t.Context(), &dcb.Trace{Stepwise: true, Decided: func(dcb.TraceDecided) {
		if attempts++; attempts == 1 {
			k.decide(t, app, t.Context(), command(key)) // appended
		}
	}})
	k.decide(t, app, meanwhile, command(key)) // a conflict, and then nothing to do
	require.Equal(t, 2, attempts, "%s conflicts with itself", same)
}

// decideWhileTheBoundaryMoves lets two students join the waitlist while a seat is being given back.
// The first of them has ten courses already. Only the second attempt can know that.
func (k *keptDecisions) decideWhileTheBoundaryMoves(t *testing.T, app *app) {
	t.Helper()
	app.carryOut(courses.DefineCourse{Course: "rings", Title: "Rings", Capacity: 1})
	app.carryOut(courses.SubscribeStudent{Student: "zeno", Course: "rings"})
	app.carryOut(courses.RegisterStudent{Student: "busy", Name: "Busy"})
	for i := range courses.MaxCourses {
		id := courses.CourseID(fmt.Sprint("hobby-", i))
		app.carryOut(courses.DefineCourse{Course: id, Title: "Hobby", Capacity: 1})
		app.carryOut(courses.SubscribeStudent{Student: "busy", Course: id})
	}
	attempts := 0
	meanwhile := dcb.WithTrace(t.Context(), &dcb.Trace{Stepwise: true, Decided: func(dcb.TraceDecided) {
		if attempts++; attempts == 1 {
			app.carryOut(courses.JoinWaitlist{Student: "busy", Course: "rings"})
			app.carryOut(courses.JoinWaitlist{Student: "hana", Course: "rings"})
		}
	}})
	k.decide(t, app, meanwhile, courses.UnsubscribeStudent{Student: "zeno", Course: "rings"})
	last := k.receipts[len(k.receipts)-1].Last()
	require.NotNil(t, last.Moved)
	require.Len(t, last.Wanted, 3, "hana moved up")
}

// giveSeveralSeatsBack makes decisions whose consequences stand apart from their causes: a swap, and
// a student who leaves two courses for which others wait. Hana waits for both.
func (k *keptDecisions) giveSeveralSeatsBack(t *testing.T, app *app) {
	t.Helper()
	app.carryOut(courses.RegisterStudent{Student: "thea", Name: "Thea"})
	for _, id := range []courses.CourseID{"braids", "links", "surfaces"} {
		app.carryOut(courses.DefineCourse{Course: id, Title: "Topology", Capacity: 1})
	}
	app.carryOut(courses.SubscribeStudent{Student: "thea", Course: "braids"})
	app.carryOut(courses.JoinWaitlist{Student: "malik", Course: "braids"})
	k.decide(t, app, t.Context(), courses.SwapSeats{Student: "thea", From: "braids", To: "links", Request: "swaps"})
	require.Len(t, k.receipts[len(k.receipts)-1].Last().Wanted, 4, "malik moved up")

	app.carryOut(courses.SubscribeStudent{Student: "thea", Course: "surfaces"})
	for _, wish := range []courses.JoinWaitlist{{Student: "hana", Course: "surfaces"}, {Student: "emil", Course: "links"}, {Student: "hana", Course: "links"}, {Student: "thea", Course: "braids"}} {
		app.carryOut(wish)
	}
	k.decide(t, app, t.Context(), courses.LeaveAltogether{Student: "thea"})
	require.Len(t, k.receipts[len(k.receipts)-1].Last().Wanted, 7, "hana and emil moved up")
}

func (k *keptDecisions) decide(t *testing.T, app *app, ctx context.Context, cmd command) {
	ctx, recorder := receipt.Record(ctx, cmd, fmt.Sprintf("%T\nof a test", cmd))
	_ = cmd.Decide(ctx, app.store) // the receipt has the outcome
	record, ended := recorder.Receipt()
	if assert.True(t, ended) && assert.NoError(t, receipt.NewStore(app.pool).Save(t.Context(), record)) {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.receipts = append(k.receipts, record)
	}
}

// decideAtRandom lets several commands decide at once about few courses, so that they conflict.
func (k *keptDecisions) decideAtRandom(t *testing.T, app *app) {
	t.Helper()
	const deciders, decisions = 8, 25
	var group sync.WaitGroup
	for seed := range uint64(deciders) {
		group.Go(func() {
			random := rand.New(rand.NewPCG(seed, 7))
			for range decisions {
				k.decide(t, app, t.Context(), commandAtRandom(random))
			}
		})
	}
	group.Wait()
}

func commandAtRandom(random *rand.Rand) command {
	course := []courses.CourseID{"knots", "sets", "graphs"}[random.IntN(3)]
	student := courses.StudentID([]string{"zoe", "ada", "kofi", "mei", "ivo", "noor", "nobody"}[random.IntN(7)])
	request := courses.RequestID([]string{"", "", "r1", "r2", "r3", "r4", "r5", "r6"}[random.IntN(8)])
	capacity := random.IntN(5)
	text := []string{"Knots", awkward, "", "Graphs"}[random.IntN(4)]
	switch random.IntN(20) {
	case 0, 1:
		return courses.DefineCourse{Course: course, Title: text, Capacity: capacity, Request: request}
	case 2:
		return courses.RenameCourse{Course: course, NewTitle: text, Request: request}
	case 3, 4, 5:
		return courses.ChangeCapacity{Course: course, NewCapacity: capacity, Request: request}
	case 6:
		return courses.RegisterStudent{Student: student, Name: sealed.Text(text), Request: request}
	case 7:
		return courses.RenameStudent{Student: student, NewName: sealed.Text(text), Request: request}
	case 8, 9, 10, 11:
		return courses.SubscribeStudent{Student: student, Course: course, Request: request}
	case 12, 13, 14:
		return courses.UnsubscribeStudent{Student: student, Course: course, Request: request}
	case 15, 16, 17, 18:
		return courses.JoinWaitlist{Student: student, Course: course, Request: request}
	default:
		return courses.LeaveWaitlist{Student: student, Course: course, Request: request}
	}
}

// requireAllKinds requires that each command had each outcome, and conflicted at least once.
func (k *keptDecisions) requireAllKinds(t *testing.T) {
	t.Helper()
	kinds := map[string]bool{}
	for _, record := range k.receipts {
		kinds[record.Command+" "+string(record.Outcome())] = true
		if record.Conflicts() > 0 {
			kinds[record.Command+" conflict"] = true
		}
	}
	for _, command := range keyedCommands {
		name := strings.TrimPrefix(fmt.Sprintf("%T", command("")), "courses.")
		for _, ended := range []string{"appended", "refused", "nothing", "conflict"} {
			assert.True(t, kinds[name+" "+ended], "%s %s", name, ended)
		}
	}
}

// A testSuite is the tests of package courses with more tests beside them. Their files exist only
// for one run of the go command.
type testSuite struct {
	t           *testing.T
	dir, folder string
	replace     map[string]string
}

// add adds a test, and another one that expects something else.
func (s *testSuite) add(name, code string) {
	s.t.Helper()
	formatted := regexp.MustCompile(`^package courses_test\n\nimport \(\n(?s:.*)\n\}\n$`)
	require.Regexp(s.t, formatted, code)
	s.write(name, code)
	s.write("spoilt_"+name, spoilt(s.t, code))
}

func (s *testSuite) write(name, code string) {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	require.NoError(s.t, os.WriteFile(path, []byte(code), 0o600))
	s.replace[filepath.Join(s.folder, name)] = path
}

// spoilt returns the code of a test with another expectation, so that it has to fail.
func spoilt(t *testing.T, code string) string {
	t.Helper()
	at := strings.LastIndex(code, ").Then")
	require.Positive(t, at, code)
	given, then := strings.Replace(code[:at], "func TestDecision", "func TestSpoilt", 1), code[at:]
	switch {
	case strings.Contains(then, ".ThenRefused(ErrNotWaiting)"):
		then = strings.Replace(then, "ErrNotWaiting", "ErrNotSubscribed", 1)
	case strings.Contains(then, ".ThenRefused("):
		then = regexp.MustCompile(`Err\w+`).ReplaceAllString(then, "ErrNotWaiting")
	case strings.Contains(then, ".Then()"):
		then = strings.Replace(then, ".Then()", `.Then(takes("nobody", "nothing"))`, 1)
	default:
		then = strings.Replace(then, `"`, `"x`, 1)
	}
	return given + then
}

// run runs the tests that were added, and returns those that passed and those that
// failed.
func (s *testSuite) run() (passed, failed []string) {
	s.t.Helper()
	overlay, err := json.Marshal(map[string]any{"Replace": s.replace})
	require.NoError(s.t, err)
	list := filepath.Join(s.dir, "overlay.json")
	require.NoError(s.t, os.WriteFile(list, overlay, 0o600))
	cmd := exec.CommandContext(s.t.Context(), "go", "test", "-json", "-count=1", "-overlay", list, "-run", "^(TestDecision|TestSpoilt)", ".")
	cmd.Dir = s.folder
	out, err := cmd.Output()
	require.Error(s.t, err, "the spoilt ones fail")
	said := map[string]string{} // by the name of the test; "" is the go command itself
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var line struct{ Action, Test, Output string }
		require.NoError(s.t, json.Unmarshal(lines.Bytes(), &line))
		switch {
		case line.Action == "output" || line.Action == "build-output":
			said[line.Test] += line.Output
		case line.Test == "":
		case line.Action == "pass":
			passed = append(passed, line.Test)
		case line.Action == "fail":
			failed = append(failed, line.Test)
			if strings.HasPrefix(line.Test, "TestDecision") {
				s.t.Log(said[line.Test])
			}
		}
	}
	require.NotEmpty(s.t, passed, "what the go command said:\n%.4000s", said[""])
	return passed, failed
}

// domainFolder returns the folder of package courses.
func domainFolder(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs("../domain/courses")
	require.NoError(t, err)
	return folder
}
