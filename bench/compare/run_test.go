package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// small makes a run that takes seconds.
var small = []string{
	"-writers", "1,4", "-load", "zipf,hot", "-for", "60ms", "-rounds", "2",
	"-courses", "5", "-seats", "5", "-students", "50", "-history", "20", "-connections", "4",
}

func TestRun(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	url, dir := pgtest.URL(t), filepath.Join(t.TempDir(), "plots")
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), append(small, "-database", url, "-svg", dir, "-markdown"), &out, t.Output()))
	for _, w := range ways(1) {
		require.Contains(t, out.String(), "| "+w.name)
	}
	for _, load := range []string{"zipf", "hot"} {
		require.Contains(t, out.String(), "All that was measured: "+load)
	}
	require.Empty(t, schemas(t, url), "what it made is gone")
	for _, p := range plots {
		drawing, err := os.Open(filepath.Join(dir, p.file))
		require.NoError(t, err)
		defer drawing.Close()
		var texts int
		for decoder := xml.NewDecoder(drawing); ; {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			if start, ok := token.(xml.StartElement); ok && start.Name.Local == "text" {
				texts++
			}
		}
		require.Greater(t, texts, len(ways(1)), "each way is named")
	}
}

func TestRunEndsWhenItIsInterrupted(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	url := pgtest.URL(t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var out bytes.Buffer
	progress := writerFunc(func(text string) {
		if strings.Contains(text, "hot: 1 writers") {
			interrupt()
		}
	})
	require.EqualError(t, run(ctx, append(small, "-database", url), &out, progress), "interrupted")
	require.Contains(t, out.String(), "All that was measured: zipf", "what is complete is printed")
	require.NotContains(t, out.String(), "All that was measured: hot")
	require.Empty(t, schemas(t, url), "what it made is gone")
}

type writerFunc func(text string)

func (f writerFunc) Write(p []byte) (int, error) {
	f(string(p))
	return len(p), nil
}

func schemas(t *testing.T, url string) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	rows, _ := conn.Query(t.Context(), `select nspname from pg_namespace where nspname like 'compare%'`)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return names
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"-writers 1,x":         `-writers is a list of numbers from 1, and "x" is not one`,
		"-load warm":           `there is no load "warm"; compare -h names those there are`,
		"-rounds 0":            `-rounds has to be more than 0`,
		"-history -1":          `-history has to be 0 or more`,
		"-students 9 -seats 8": `-students has to be at least 20 for courses of 8 seats`,
		"faster":               `there is no command "faster"; compare -h explains the flags`,
		"-fast":                `flag provided but not defined: -fast; compare -h explains the flags`,
	} {
		_, err := parseOptions(strings.Fields(args), io.Discard)
		require.EqualError(t, err, want)
	}
	o, err := parseOptions([]string{"-quick", "-writers", "2"}, io.Discard)
	require.NoError(t, err)
	require.Equal(t, []int{2}, o.writers, "what is given counts, also with -quick")

	var help bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-h"}, &help, io.Discard))
	require.Contains(t, help.String(), "usage:")
}
