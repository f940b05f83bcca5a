package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
)

// A contestant is a way with its tables in a database, and its progress in the wishes.
type contestant struct {
	way
	pool    *pgxpool.Pool
	taker   taker
	rules   rules
	next    int // the index of its next wish
	defined int // the courses and students of the wishes before this index exist
	before  verdict
}

// openContestant makes the tables of a way, with the past in them.
func openContestant(ctx context.Context, db *database, w way, r rules, past []wish) (_ *contestant, err error) {
	c := &contestant{way: w, rules: r}
	defer func() {
		if err != nil {
			c.close(context.WithoutCancel(ctx))
			err = fmt.Errorf("%s: %w", w.name, err)
		}
	}()
	if c.pool, err = db.openSchema(ctx, w.schema, w.tables); err != nil {
		return nil, err
	}
	if c.taker, err = w.open(ctx, c.pool, r); err != nil {
		return nil, err
	}
	if err := c.taker.fill(ctx, past); err != nil {
		return nil, fmt.Errorf("store the past: %w", err)
	}
	if c.kind == floor {
		return c, nil
	}
	c.before, err = judge(ctx, c.pool, r)
	if err == nil && c.before != (verdict{seats: len(past)}) {
		err = fmt.Errorf("the past is stored as %+v, and is %d seats", c.before, len(past))
	}
	return c, err
}

// close drops what openContestant has made.
func (c *contestant) close(ctx context.Context) {
	if c.taker != nil {
		c.taker.close()
	}
	if c.pool != nil {
		_, _ = c.pool.Exec(ctx, `drop schema if exists `+c.schema+` cascade`) // if it fails, the next run will do it
		c.pool.Close()
	}
}

// turn lets the contestant decide its next wishes.
func (c *contestant) turn(ctx context.Context, all *wishes, t turn) (measured, error) {
	mine := all.upTo(c.next + t.most)[c.next:]
	if soon := mine[c.defined-c.next:]; len(soon) > 0 {
		if err := c.taker.define(ctx, soon); err != nil {
			return measured{}, fmt.Errorf("%s: define courses and students: %w", c.name, err)
		}
	}
	c.defined = c.next + len(mine)
	m, err := t.run(ctx, c.taker, mine)
	c.next += len(m.each)
	if err != nil {
		return m, fmt.Errorf("%s: %w", c.name, err)
	}
	return m, nil
}

// errAnswers says that callers got another number of seats than are stored.
var errAnswers = errors.New("the answers don't agree with what is stored")

// judge returns what the oracle found since the last time, and the bytes for each seat. given
// is how many seats callers got since then.
func (c *contestant) judge(ctx context.Context, given int) (found verdict, bytes float64, err error) {
	if c.kind == floor {
		return verdict{}, 0, nil
	}
	now, err := judge(ctx, c.pool, c.rules)
	if err != nil {
		return found, 0, fmt.Errorf("%s: ask the oracle: %w", c.name, err)
	}
	size, err := sizeOf(ctx, c.pool)
	if err != nil {
		return found, 0, fmt.Errorf("%s: ask for the size: %w", c.name, err)
	}
	found = verdict{now.seats - c.before.seats, now.oversold - c.before.oversold, now.overTen - c.before.overTen}
	c.before = now
	if found.seats != given {
		return found, 0, fmt.Errorf("%s: %w: %d seats were given, and %d are stored", c.name, errAnswers, given, found.seats)
	}
	return found, float64(size) / float64(now.seats), nil
}
