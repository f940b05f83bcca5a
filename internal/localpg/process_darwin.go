package localpg

import (
	"fmt"
	"io/fs"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// lookAt asks ps. macOS has no /proc, so the data directory is the one on the command line.
func lookAt(pid int) (process, error) {
	cmd := exec.Command("/bin/ps", "-ww", "-o", "lstart=,args=", "-p", strconv.Itoa(pid))
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC"}
	output, err := cmd.Output()
	if err != nil {
		return process{}, err
	}
	line := strings.TrimSpace(string(output))
	if len(line) < len(time.ANSIC) {
		return process{}, fmt.Errorf("ps says %q", line)
	}
	started, err := time.Parse(time.ANSIC, line[:len(time.ANSIC)])
	if err != nil {
		return process{}, err
	}
	return process{
		started: started,
		worksOn: func(path string, _ fs.FileInfo) bool {
			return strings.Contains(line[len(time.ANSIC):]+" ", " -D "+path+" ")
		},
	}, nil
}
