package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
)

// workerEnv says, to this program when it is started again, what it is to do as a worker.
const workerEnv = "SOAK_WORKER"

// An assignment is what a worker is told.
type assignment struct {
	Name     string // of this process; no other has it
	URL      string
	Notes    string // its file
	Left     string // the notes of the process that was killed before it, or ""
	Seed     uint64
	Callers  int
	Receipts int // the receipt of one decision in so many is kept
}

// becomeWorker carries out an assignment, if there is one, and ends the process.
func becomeWorker() {
	text, assigned := os.LookupEnv(workerEnv)
	if !assigned {
		return
	}
	var a assignment
	err := json.Unmarshal([]byte(text), &a)
	if err == nil {
		err = a.carryOut()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak worker:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

const (
	// patience is how long a caller repeats one request. After that its outcome stays unknown.
	patience = 2 * time.Minute

	interval = 100 * time.Millisecond // between two reports of progress
)

// carryOut asks for decisions until the standard input ends. Then it waits for the outcomes of
// what it has asked for.
func (a assignment) carryOut() error {
	ctx := context.Background()
	w, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	left, err := w.unanswered()
	if err != nil {
		return err
	}
	var calling sync.WaitGroup
	for i := range a.Callers {
		c := &caller{
			worker: w, name: fmt.Sprintf("%s-%d", a.Name, i), lists: i == 0 && a.Callers > 1,
			random: rand.New(rand.NewPCG(a.Seed, uint64(i))),
		}
		for k := i; k < len(left); k += a.Callers {
			c.left = append(c.left, left[k])
		}
		calling.Go(func() { c.run(ctx) })
	}
	stop := make(chan struct{})
	go func() {
		_, _ = bufio.NewReader(os.Stdin).ReadByte() // nothing is ever written: this is the end, however it came
		w.stop.Store(true)
		calling.Wait()
		close(stop)
	}()
	w.report(stop)
	return w.err
}

// A worker is what the callers of a process share.
type worker struct {
	assignment
	pool     *pgxpool.Pool
	store    *dcb.Store
	keys     *sealed.Keys
	model    *readmodel.Model
	receipts *receipt.Store
	notes    *notes
	endModel context.CancelFunc
	model0   sync.WaitGroup

	head atomic.Int64 // the last position that a caller was told
	done atomic.Int64 // decisions with an outcome
	stop atomic.Bool

	mu  sync.Mutex
	err error // the first that is not the fault of a fault
}

func (a assignment) open(ctx context.Context) (*worker, error) {
	w := &worker{assignment: a}
	config, err := pgxpool.ParseConfig(a.URL)
	if err != nil {
		return nil, err
	}
	config.MaxConns = 10
	config.ConnConfig.ConnectTimeout = 5 * time.Second
	if w.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, err
	}
	if w.store, err = openStore(ctx, w.pool); err != nil {
		return nil, err
	}
	if w.notes, err = newNotes(a.Notes); err != nil {
		return nil, err
	}
	w.keys, w.model, w.receipts = sealed.NewKeys(w.pool, w.store), readmodel.New(w.pool), receipt.NewStore(w.pool)
	projecting, end := context.WithCancel(ctx)
	w.endModel = end
	w.model0.Go(func() { w.model.Project(projecting, w.store, slog.New(slog.DiscardHandler)) })
	return w, nil
}

// openStore opens the store. A fault may be under way, so it tries again for a while.
func openStore(ctx context.Context, pool *pgxpool.Pool) (*dcb.Store, error) {
	for began := time.Now(); ; time.Sleep(interval) {
		store, err := dcb.NewEventStore(ctx, pool)
		if err == nil || time.Since(began) > patience {
			return store, err
		}
	}
}

func (w *worker) close() {
	w.endModel()
	w.model0.Wait()
	w.store.Close()
	w.pool.Close()
}

// unanswered returns what the process before this one was asked and never told of.
func (w *worker) unanswered() (left []dcb.Command, err error) {
	if w.Left == "" {
		return nil, nil
	}
	open := map[courses.RequestID]*notedCommand{}
	err = readNotesOf(w.Left, func(n note) error {
		if n.Asked != nil {
			open[n.Request] = n.Asked
		} else {
			delete(open, n.Request)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) { // it was killed before it asked for anything
		return nil, nil
	}
	for _, asked := range open {
		cmd, cmdErr := asked.command()
		err = errors.Join(err, cmdErr)
		if _, isList := cmd.(listDecision); !isList { // which has no key, so nobody can ask again
			left = append(left, cmd)
		}
	}
	return left, err
}

// report says on the standard output how many decisions have an outcome.
func (w *worker) report(stop <-chan struct{}) {
	for ticks := time.NewTicker(interval); ; {
		select {
		case <-stop:
			fmt.Println(w.done.Load())
			return
		case <-ticks.C:
			fmt.Println(w.done.Load())
		}
	}
}

// giveUp ends the process: it can't do what it is for.
func (w *worker) giveUp(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = errors.Join(w.err, err)
	w.stop.Store(true)
}
