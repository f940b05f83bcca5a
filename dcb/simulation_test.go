package dcb

import (
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
)

var (
	simSeeds = flag.Int("seeds", 150, "simulate this `many` histories, from that of -seed on")
	simSeed  = flag.Uint64("seed", 1, "the `seed` of the first simulated history")
)

// Callers decide, append and read through two stores. Who comes when, and what goes wrong,
// follows from a seed. Everything runs in a bubble, in which time is simulated: so a server
// that is silent for seconds costs nothing, and whoever waits for ever is found at once.
func TestSimulation(t *testing.T) {
	for seed := range uint64(effort.Times(*simSeeds, *simSeeds)) {
		simulate(t, *simSeed+seed)
	}
}

// A failure is worth little if it can't be repeated. Only a few histories differ from one time to
// the next, where two connections are made at the same moment.
func TestASeedIsTheSameHistoryEachTime(t *testing.T) {
	same := 0
	for seed := range uint64(20) {
		if first, again := simulate(t, seed), simulate(t, seed); first == again {
			same++
		}
	}
	require.GreaterOrEqual(t, same, 15)
}

// simulate simulates the history of a seed, and returns the sum of what happened on the server.
func simulate(t *testing.T, seed uint64) (trail uint64) {
	if testing.Verbose() {
		fmt.Printf("seed %d\n", seed) // where a goroutine of the store panics, it is the last that is said
	}
	clean := false
	defer func() { // a panic and a deadlock come by here, too
		if !clean {
			fmt.Printf("seed %d failed, repeat it by: go test ./dcb -run 'TestSimulation$' -args -seeds 1 -seed %d\n", seed, seed)
		}
	}()
	stuck := time.AfterFunc(2*time.Minute, func() { panic(fmt.Sprintf("seed %d does not come to an end", seed)) })
	defer stuck.Stop()
	synctest.Test(t, func(t *testing.T) {
		// A pool looks after its connections for ever, so a caller who waits is no deadlock.
		waits := time.AfterFunc(24*time.Hour, func() { panic(fmt.Sprintf("seed %d: somebody waits for ever", seed)) })
		defer waits.Stop()
		s := newSimulation(t, seed)
		s.run()
		trail = s.server.trail()
	})
	clean = true
	return trail
}

// In simulated time, the pauses of decisions follow from the moment at which they begin.
func init() {
	randomPart = func(d time.Duration) time.Duration {
		return time.Duration(rand.New(rand.NewPCG(0, uint64(time.Now().UnixNano()))).Int64N(int64(d)))
	}
}

// A simulation is one history.
type simulation struct {
	t      *testing.T
	random *rand.Rand
	server *simServer
	stores []*Store
	shape  simShape

	mu       sync.Mutex
	certain  map[string]simCertainty // by the token of each call that was told that nothing of it is stored
	problems []string
}

// A simCertainty is why nothing of a call is stored from one version of the log on. Before, it
// may have been in a log that lost its end.
type simCertainty struct {
	version int
	because error
}

// A simShape is what a seed decides of a history.
type simShape struct {
	stores   int
	courses  int
	seats    int // of each
	students int
	limit    int // of courses, for a student
	callers  int
	calls    int     // of each caller
	hasty    float64 // so many calls are cancelled
	blows    int     // how often the server ends all connections, or another one takes over
	most     int     // transactions that are lost then
	away     time.Duration
}

func newSimulation(t *testing.T, seed uint64) *simulation {
	random := rand.New(rand.NewPCG(seed, 0))
	s := &simulation{t: t, random: random, certain: map[string]simCertainty{}}
	s.shape = simShape{
		stores: 1 + min(random.IntN(3), 1), courses: 1 + random.IntN(2), seats: 1 + random.IntN(5), students: 3 + random.IntN(5), limit: 1 + random.IntN(2),
		callers: 4 + random.IntN(7), calls: 3 + random.IntN(5),
	}
	if random.IntN(2) == 0 {
		s.shape.hasty = random.Float64() / 2
	}
	s.server = newSimServer(s.weather(seed))
	s.server.begin(s.opened())
	for range s.shape.stores {
		s.stores = append(s.stores, s.open())
	}
	return s
}

// weather draws what goes wrong in a history. Few things that go wrong often find more than all
// of them together.
func (s *simulation) weather(seed uint64) simWeather {
	random := s.random
	w := simWeather{seed: seed, faulty: random.Float64() / 8}
	switch random.IntN(8) {
	case 0: // nothing goes wrong
	case 1, 2:
		w.kinds = simFaults
	case 3: // few kinds, but often
		w.kinds, w.faulty = []string{simFaults[random.IntN(len(simFaults))], simFaults[random.IntN(len(simFaults))]}, w.faulty*2
	case 4: // what is sent gets lost on its way, and arrives late
		w.kinds, w.faulty = []string{"late", "late", "late and silent", "error", "error"}, 0.1+w.faulty
	case 6: // the same, and it arrives while the store looks for it
		w.kinds, w.faulty = []string{"a little late"}, 0.1+w.faulty
	case 5, 7: // the log loses its end
		s.shape.blows, s.shape.most = 1+random.IntN(6), 1+random.IntN(4)
		s.shape.away = time.Duration(random.Int64N(int64(60 * time.Millisecond)))
		if random.IntN(4) == 0 {
			s.shape.away *= 40
		}
		if random.IntN(2) == 0 {
			w.kinds = simFaults
		}
	}
	return w
}

// open opens a store with a pool of its own, as a process has it.
func (s *simulation) open() *Store {
	config, err := pgxpool.ParseConfig("postgres://somebody:@192.0.2.1:5432/log?sslmode=disable")
	require.NoError(s.t, err)
	config.MaxConns = int32(1 + s.random.IntN(4))
	config.ConnConfig.DialFunc = s.server.dial
	pool, err := pgxpool.NewWithConfig(s.t.Context(), config)
	require.NoError(s.t, err)
	s.t.Cleanup(pool.Close)
	memory := []int64{0, -1, 4000}[s.random.IntN(3)]
	var store *Store
	for { // the server may be one on which things go wrong
		if store, err = Open(s.t.Context(), pool, Options{Memory: memory, Logger: slog.New(slog.DiscardHandler)}); err == nil {
			break
		}
		time.Sleep(time.Second)
	}
	store.readBy(1 + s.random.IntN(2))
	switch s.random.IntN(4) {
	case 0:
		store.TakeTwoTrips()
	case 1:
		store.TryOneTrip()
	}
	return store
}

// run lets all callers make their calls, and looks at what was told to them.
func (s *simulation) run() {
	var callers sync.WaitGroup
	for i := range s.shape.callers {
		c := &simCaller{s, s.stores[i%s.shape.stores], rand.New(rand.NewPCG(s.server.weather.seed, uint64(1000+i))), i, 0, false}
		callers.Go(c.run)
	}
	random := rand.New(rand.NewPCG(s.server.weather.seed, 999))
	for range s.shape.blows {
		time.Sleep(time.Duration(random.Int64N(int64(40 * time.Millisecond))))
		s.blow(random)
	}
	callers.Wait()
	for _, store := range s.stores {
		store.Close()
	}
	time.Sleep(time.Minute) // what is late arrives
	s.checkHistory()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.problems) > 0 && testing.Verbose() {
		s.t.Log("what happened:\n" + s.server.history())
	}
	for _, problem := range s.problems {
		s.t.Error(problem)
	}
}

// blow ends all connections, for a while or with the end of the log.
func (s *simulation) blow(random *rand.Rand) {
	if random.IntN(3) == 0 {
		s.server.setAway(true)
		s.server.endAll()
		time.Sleep(s.shape.away)
		s.server.setAway(false)
		return
	}
	s.server.failOver(random, s.shape.most)
}

// problem notes what must not be.
func (s *simulation) problem(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problems = append(s.problems, fmt.Sprintf(format, args...))
}
