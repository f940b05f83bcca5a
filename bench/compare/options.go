package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

const usage = `compare measures several ways to give out seats with PostgreSQL.

usage:
  compare [flags]

flags:
  -writers N,…     how many callers decide at once (default 1,4,16,64,256)
  -load NAME,…     how the wishes spread over the courses: uniform, zipf (1.1), hot (one
                   course) (default all three)
  -for DURATION    how long each way is measured under each load with each number of
                   writers, in all its turns together (default 3s)
  -rounds N        how many turns each way has (default 5)
  -most N          how many decisions a turn may have (default 100000)
  -courses N       how many are open at a time, except in hot (default 500)
  -seats N         in each course (default 100)
  -students N      how many there are at a time; each may have ten courses (default 5000)
  -history N       how many seats are taken before, in full courses (default 20000)
  -connections N   how many each way has to the server (default 32): other writers wait
  -stores N        how many stores dcb has, as so many processes would (default 1)
  -quick           shows everything in less than a minute; the numbers mean little
  -database URL    a PostgreSQL to use, in schemas whose names begin with compare_; they
                   are dropped before and afterwards. Without it, compare starts a server
                   whose commits reach the disk.
  -markdown        print tables in Markdown
  -svg DIR         also draw plots into a directory

Tables go to the standard output, and progress to the standard error output. An interrupt
ends the program: it prints what was measured completely.
`

// options are the options of the command line.
type options struct {
	writers     []int
	loads       []load
	length      time.Duration
	rounds      int
	most        int
	rules       rules
	students    int
	history     int
	connections int
	stores      int
	database    string
	markdown    bool
	svg         string
}

// errHelp says that the help was printed.
var errHelp = errors.New("help")

func parseOptions(args []string, stdout io.Writer) (o options, err error) {
	o.rules.courses = 10
	var writers, names string
	var courses int
	var quick bool
	flags := flag.NewFlagSet("compare", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&writers, "writers", "1,4,16,64,256", "")
	flags.StringVar(&names, "load", "uniform,zipf,hot", "")
	flags.DurationVar(&o.length, "for", 3*time.Second, "")
	flags.IntVar(&o.rounds, "rounds", 5, "")
	flags.IntVar(&o.most, "most", 100_000, "")
	flags.IntVar(&courses, "courses", 500, "")
	flags.IntVar(&o.rules.seats, "seats", 100, "")
	flags.IntVar(&o.students, "students", 5000, "")
	flags.IntVar(&o.history, "history", 20_000, "")
	flags.IntVar(&o.connections, "connections", 32, "")
	flags.IntVar(&o.stores, "stores", 1, "")
	flags.BoolVar(&quick, "quick", false, "")
	flags.StringVar(&o.database, "database", "", "")
	flags.BoolVar(&o.markdown, "markdown", false, "")
	flags.StringVar(&o.svg, "svg", "", "")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		return o, errHelp
	case err != nil:
		return o, fmt.Errorf("%w; compare -h explains the flags", err)
	case flags.NArg() > 0:
		return o, fmt.Errorf("there is no command %q; compare -h explains the flags", flags.Arg(0))
	}
	if quick {
		hurry(flags)
	}
	if o.writers, err = numbers(writers); err != nil {
		return o, err
	}
	if o.loads, err = loadsNamed(names, courses); err != nil {
		return o, err
	}
	return o, o.check(courses)
}

// hurry sets the flags that were not given, so that the program takes less than a minute.
func hurry(flags *flag.FlagSet) {
	quick := map[string]string{"writers": "1,16", "for": "300ms", "rounds": "1", "courses": "100", "history": "0"}
	flags.Visit(func(f *flag.Flag) { delete(quick, f.Name) })
	for name, value := range quick {
		_ = flags.Set(name, value) // all values are valid
	}
}

// check returns an error if a number is out of range.
func (o options) check(courses int) error {
	for _, flag := range []struct {
		name  string
		value int
	}{
		{"-for", int(o.length)},
		{"-rounds", o.rounds},
		{"-most", o.most},
		{"-courses", courses},
		{"-seats", o.rules.seats},
		{"-connections", o.connections},
		{"-stores", o.stores},
	} {
		if flag.value < 1 {
			return fmt.Errorf("%s has to be more than 0", flag.name)
		}
	}
	if o.history < 0 {
		return errors.New("-history has to be 0 or more")
	}
	// A student wishes for a course once, so a course needs more students than wishes.
	if o.students < 2*wishesForCourse(o.rules) {
		return fmt.Errorf("-students has to be at least %d for courses of %d seats", 2*wishesForCourse(o.rules), o.rules.seats)
	}
	return nil
}

func numbers(list string) (found []int, err error) {
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-writers is a list of numbers from 1, and %q is not one", text)
		}
		found = append(found, n)
	}
	return found, nil
}

func loadsNamed(list string, courses int) (found []load, err error) {
	all := loads(courses)
	for name := range strings.SplitSeq(list, ",") {
		i := slices.IndexFunc(all, func(l load) bool { return l.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no load %q; compare -h names those there are", name)
		}
		found = append(found, all[i])
	}
	return found, nil
}
