package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

const usage = `soak takes decisions while processes and the database fail, and then checks the log.

usage:
  soak [flags]

flags:
  -decisions N     ends after so many decisions (default 20000)
  -for DURATION    or after this time, whichever is first (default 1h)
  -processes N     how many processes ask, at most 12 (default 4)
  -callers N       how many decisions each process has under way at once (default 8)
  -seed N          what callers ask for; how they meet is chance (default: random, and printed)
  -data DIR        keeps the database and the notes of the callers in a new or empty directory;
                   without it, both are thrown away, except the log and the notes of a run in
                   which the oracle found something
  -faults NAME,…   which faults happen: process, postgres, connections, clock, disk, or none
                   (default: all; disk is left out if this is not root on Linux, or with -data)
  -pause DURATION  the average time between two faults (default 2s)
  -receipts N      keeps the receipt of one decision in N (default 10)

The report goes to the standard output, and progress to the standard error output. An interrupt
ends the decisions, and the log is checked. The exit code is 1 if the oracle found anything.
`

// options are the options of the command line.
type options struct {
	decisions int
	length    time.Duration
	processes int
	callers   int
	seed      uint64
	data      string
	faults    []string
	chosen    bool // somebody has chosen the faults
	pause     time.Duration
	receipts  int
}

func parse(args []string, output io.Writer) (options, error) {
	o := options{seed: rand.Uint64N(1_000_000), faults: faultNames()}
	flags := flag.NewFlagSet("soak", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.Usage = func() { fmt.Fprint(output, usage) }
	flags.IntVar(&o.decisions, "decisions", 20_000, "")
	flags.DurationVar(&o.length, "for", time.Hour, "")
	flags.IntVar(&o.processes, "processes", 4, "")
	flags.IntVar(&o.callers, "callers", 8, "")
	flags.Uint64Var(&o.seed, "seed", o.seed, "")
	flags.StringVar(&o.data, "data", "", "")
	flags.Func("faults", "", o.choose)
	flags.DurationVar(&o.pause, "pause", 2*time.Second, "")
	flags.IntVar(&o.receipts, "receipts", 10, "")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("%q is no flag: soak takes flags only", flags.Arg(0))
	case o.decisions < 1 || o.length <= 0 || o.pause <= 0 || o.callers < 1 || o.receipts < 1:
		return o, errors.New("-decisions, -for, -pause, -callers and -receipts are above 0")
	case o.processes < 1 || o.processes > mostProcesses:
		return o, fmt.Errorf("-processes is 1 to %d", mostProcesses)
	case o.data != "" && o.chosen && slices.Contains(o.faults, diskFault):
		return o, errors.New("the disk of -data is not filled: leave -data out, or leave disk out of -faults")
	}
	return o, nil
}

// mostProcesses is how many processes the private server has connections for.
const mostProcesses = 12

// choose reads the value of -faults.
func (o *options) choose(value string) error {
	o.faults, o.chosen = nil, true
	if value == "none" {
		return nil
	}
	for name := range strings.SplitSeq(value, ",") {
		if !slices.Contains(faultNames(), name) {
			return fmt.Errorf("%q is no fault: there are %s", name, strings.Join(faultNames(), ", "))
		}
		o.faults = append(o.faults, name)
	}
	return nil
}
