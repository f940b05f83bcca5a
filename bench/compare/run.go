package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"
)

// A result has what was measured for one way, under one load, with one number of writers.
type result struct {
	load    string
	writers int
	way     way
	measured
	verdict
	ofFloor float64
	bytes   float64 // for each seat
}

// run is the program.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseOptions(args, stdout)
	if errors.Is(err, errHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	db, err := openDatabase(ctx, o.database, int32(min(o.connections, 10_000)), len(ways(o.stores)), stderr)
	if err != nil {
		return err
	}
	defer db.close()
	began := time.Now()
	results, err := measureAll(ctx, db, o, stderr)
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	if len(results) == 0 {
		return err
	}
	fmt.Fprintf(stdout, "PostgreSQL %s, %d processors, at most %d connections for each way. %v in all.\n",
		db.version, runtime.NumCPU(), db.connections, time.Since(began).Round(time.Second))
	report(stdout, results, o.markdown)
	if o.svg != "" {
		err = errors.Join(err, drawAll(o.svg, results))
	}
	return err
}

// measureAll measures all loads. After an error it returns the complete results, too.
func measureAll(ctx context.Context, db *database, o options, stderr io.Writer) (all []result, err error) {
	for _, l := range o.loads {
		found, err := measureLoad(ctx, db, o, l, stderr)
		all = append(all, found...)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// measureLoad measures all ways under a load. Their tables grow from one number of writers
// to the next.
func measureLoad(ctx context.Context, db *database, o options, l load, stderr io.Writer) (all []result, err error) {
	wishes, past := newWishes(l, o.rules, o.students, o.history)
	fmt.Fprintf(stderr, "%s: storing a past of %d seats in each way\n", l.name, len(past))
	var contestants []*contestant
	defer func() {
		for _, c := range contestants {
			c.close(context.WithoutCancel(ctx))
		}
	}()
	for _, w := range ways(o.stores) {
		c, err := openContestant(ctx, db, w, o.rules, past)
		if err != nil {
			return nil, err
		}
		contestants = append(contestants, c)
	}
	if _, err := contestants[0].pool.Exec(ctx, `vacuum analyze`); err != nil {
		return nil, err
	}
	for _, writers := range o.writers {
		fmt.Fprintf(stderr, "%s: %d writers", l.name, writers)
		found, err := takeTurns(ctx, contestants, wishes, o, writers, stderr)
		fmt.Fprintln(stderr)
		if err != nil {
			return all, err
		}
		for i := range found {
			found[i].load = l.name
		}
		all = append(all, found...)
	}
	return all, nil
}

// takeTurns measures all contestants in rounds. Each round begins with another contestant.
func takeTurns(ctx context.Context, contestants []*contestant, all *wishes, o options, writers int, stderr io.Writer) ([]result, error) {
	results := make([]result, len(contestants))
	t := turn{writers: writers, length: o.length / time.Duration(o.rounds), most: o.most}
	for round := range o.rounds {
		for k := range contestants {
			i := (k + round*len(contestants)/o.rounds) % len(contestants)
			runtime.GC() // so that no turn collects the garbage of another
			m, err := contestants[i].turn(ctx, all, t)
			if err != nil {
				return nil, err
			}
			results[i].add(m)
			fmt.Fprint(stderr, ".")
		}
	}
	for i, c := range contestants {
		found, bytes, err := c.judge(ctx, results[i].taken)
		if err != nil {
			return nil, err
		}
		results[i].way, results[i].writers, results[i].verdict, results[i].bytes = c.way, writers, found, bytes
		results[i].sort()
	}
	for i := range results {
		results[i].ofFloor = medianRatio(results[i].rates, results[floorOf(results)].rates)
	}
	return results, nil
}

// medianRatio returns the median over the rounds of the ratio of two ways in the same round.
// So other work of the machine in one round does not count in the others.
func medianRatio(rates, floors []float64) float64 {
	var ratios []float64
	for round, rate := range rates {
		if floors[round] > 0 {
			ratios = append(ratios, rate/floors[round])
		}
	}
	if len(ratios) == 0 {
		return 0
	}
	slices.Sort(ratios)
	middle := len(ratios) / 2
	if len(ratios)%2 == 1 {
		return ratios[middle]
	}
	return (ratios[middle-1] + ratios[middle]) / 2
}

// floorOf returns the index of the floor's result.
func floorOf(results []result) int {
	for i, r := range results {
		if r.way.kind == floor {
			return i
		}
	}
	panic("the floor is one of the ways")
}
