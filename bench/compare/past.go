package main

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// fillWith copies the past into a temporary table, for the statements to read.
func fillWith(ctx context.Context, pool *pgxpool.Pool, past []wish, statements string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `create temporary table past (n bigint, course text, student text) on commit drop`); err != nil {
			return err
		}
		rows := pgx.CopyFromSlice(len(past), func(i int) ([]any, error) { return []any{int64(i), past[i].course, past[i].student}, nil })
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"past"}, []string{"n", "course", "student"}, rows); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, statements)
		return err
	})
}

// namesOf returns the courses and the students of wishes, each once.
func namesOf(all []wish) (courses, students []string) {
	known := map[string]bool{}
	once := func(names []string, name string) []string {
		if known[name] {
			return names
		}
		known[name] = true
		return append(names, name)
	}
	for _, w := range all {
		courses, students = once(courses, w.course), once(students, w.student)
	}
	return courses, students
}
