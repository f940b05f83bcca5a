package localpg

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"
)

// ticksPerSecond is the unit of times in /proc, which is the same on every Linux.
const ticksPerSecond = 100

// lookAt asks /proc. PostgreSQL changes to its data directory when it starts.
func lookAt(pid int) (process, error) {
	dir := fmt.Sprintf("/proc/%d/", pid)
	stat, err := os.ReadFile(dir + "stat")
	if err != nil {
		return process{}, err
	}
	booted, err := bootTime()
	if err != nil {
		return process{}, err
	}
	// The second field is the name in brackets, which may hold anything. The start is
	// field 22, in ticks since the machine was started.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 20 {
		return process{}, errors.New(dir + "stat is too short")
	}
	ticks, err := strconv.ParseInt(fields[19], 10, 64)
	if err != nil {
		return process{}, err
	}
	return process{
		started: booted.Add(time.Duration(ticks) * time.Second / ticksPerSecond),
		worksOn: func(_ string, data fs.FileInfo) bool {
			cwd, err := os.Stat(dir + "cwd")
			return err == nil && os.SameFile(cwd, data)
		},
	}, nil
}

func bootTime() (time.Time, error) {
	content, err := os.ReadFile("/proc/stat")
	if err != nil {
		return time.Time{}, err
	}
	for line := range strings.Lines(string(content)) {
		if seconds, ok := strings.CutPrefix(line, "btime "); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(seconds), 10, 64)
			return time.Unix(n, 0), err
		}
	}
	return time.Time{}, errors.New("/proc/stat has no btime")
}
