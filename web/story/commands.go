package story

import (
	"bytes"
	"encoding/json"
	"reflect"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// commands is what pages know of each command: how to read it from a receipt, and which
// courses and which student it changes. A command that makes a course or a student changes
// none.
var commands = byName(
	command(func(courses.DefineCourse) dcb.Tags { return nil }),
	command(func(cmd courses.RenameCourse) dcb.Tags { return dcb.Tags{cmd.Course.Tag()} }),
	command(func(cmd courses.ChangeCapacity) dcb.Tags { return dcb.Tags{cmd.Course.Tag()} }),
	command(func(cmd courses.ArchiveCourse) dcb.Tags { return dcb.Tags{cmd.Course.Tag()} }),
	command(func(courses.RegisterStudent) dcb.Tags { return nil }),
	command(func(cmd courses.RenameStudent) dcb.Tags { return dcb.Tags{cmd.Student.Tag()} }),
	command(func(cmd courses.ForgetStudent) dcb.Tags { return dcb.Tags{cmd.Student.Tag()} }),
	command(func(cmd courses.SubscribeStudent) dcb.Tags { return dcb.Tags{cmd.Course.Tag(), cmd.Student.Tag()} }),
	command(func(cmd courses.UnsubscribeStudent) dcb.Tags { return dcb.Tags{cmd.Course.Tag(), cmd.Student.Tag()} }),
	command(func(cmd courses.JoinWaitlist) dcb.Tags { return dcb.Tags{cmd.Course.Tag(), cmd.Student.Tag()} }),
	command(func(cmd courses.LeaveWaitlist) dcb.Tags { return dcb.Tags{cmd.Course.Tag(), cmd.Student.Tag()} }),
	command(func(cmd courses.SwapSeats) dcb.Tags { return dcb.Tags{cmd.From.Tag(), cmd.To.Tag(), cmd.Student.Tag()} }),
	command(func(cmd courses.LeaveAltogether) dcb.Tags { return dcb.Tags{cmd.Student.Tag()} }),
	command(func(cmd courses.LeaveArchivedCourses) dcb.Tags { return dcb.Tags{cmd.Student.Tag()} }),
)

// A commandRow is a command as receipts name it.
type commandRow struct {
	name    string
	read    func(input []byte) (dcb.Command, error)
	changes func(cmd dcb.Command) dcb.Tags
}

func command[C dcb.Command](changes func(cmd C) dcb.Tags) commandRow {
	return commandRow{
		name: reflect.TypeFor[C]().Name(),
		read: func(input []byte) (dcb.Command, error) {
			var cmd C
			decoder := json.NewDecoder(bytes.NewReader(input))
			decoder.DisallowUnknownFields()
			err := decoder.Decode(&cmd)
			return cmd, err
		},
		changes: func(cmd dcb.Command) dcb.Tags { return changes(cmd.(C)) },
	}
}

func byName(rows ...commandRow) map[string]commandRow {
	named := map[string]commandRow{}
	for _, row := range rows {
		named[row.name] = row
	}
	return named
}

// readCommand reads what a receipt kept of a command. The error is one for the reader of a
// page: the program has no such command, or the command has other fields now.
func readCommand(name string, input []byte) (dcb.Command, error) {
	row, known := commands[name]
	if !known {
		return nil, errOtherCommands
	}
	cmd, err := row.read(input)
	if err != nil {
		return nil, errOtherCommands
	}
	return cmd, nil
}

// ChangedBy returns the tags of the courses and the student that a command changes, or nil
// for a command that makes one.
func ChangedBy(cmd dcb.Command) dcb.Tags {
	row, known := commands[reflect.TypeOf(cmd).Name()]
	if !known {
		return nil
	}
	return row.changes(cmd)
}
