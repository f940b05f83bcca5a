package courses_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	. "go-crablet/domain/courses"
)

// A requested command carries the key "r1". With it stand the facts before it, the facts
// that follow from it, and another command with the same key.
type requested struct {
	name  string
	given []dcb.Fact
	when  dcb.Command
	then  []dcb.Fact
	other dcb.Command
}

var everyCommand = []requested{
	{
		name:  "DefineCourse",
		when:  DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 2, Request: "r1"},
		then:  dcb.Facts(algebra),
		other: DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 3, Request: "r1"},
	},
	{
		name:  "RenameCourse",
		given: dcb.Facts(algebra),
		when:  RenameCourse{Course: "algebra", NewTitle: "Groups", Request: "r1"},
		then:  dcb.Facts(CourseRenamed{Course: "algebra", NewTitle: "Groups"}),
		other: RenameCourse{Course: "algebra", NewTitle: "Rings", Request: "r1"},
	},
	{
		name:  "ChangeCapacity",
		given: given(algebraIsFull, dcb.Facts(waits("noor", "algebra"))),
		when:  ChangeCapacity{Course: "algebra", NewCapacity: 3, Request: "r1"},
		then:  dcb.Causing(CourseCapacityChanged{Course: "algebra", NewCapacity: 3}, promoted("noor", "algebra")...),
		other: ChangeCapacity{Course: "algebra", NewCapacity: 4, Request: "r1"},
	},
	{
		name:  "ArchiveCourse",
		given: dcb.Facts(algebra, logic, waits("noor", "algebra")),
		when:  ArchiveCourse{Course: "algebra", Request: "r1"},
		then:  dcb.Causing(over, waitsNoLonger("noor", "algebra")),
		other: ArchiveCourse{Course: "logic", Request: "r1"},
	},
	{
		name:  "RegisterStudent",
		when:  RegisterStudent{Student: "ada", Name: "Ada", Request: "r1"},
		then:  dcb.Facts(ada),
		other: RegisterStudent{Student: "ada", Name: "Ada L.", Request: "r1"},
	},
	{
		name:  "RenameStudent",
		given: dcb.Facts(ada),
		when:  RenameStudent{Student: "ada", NewName: "Ada L.", Request: "r1"},
		then:  dcb.Facts(StudentRenamed{Student: "ada", NewName: "Ada L."}),
		other: RenameStudent{Student: "ada", NewName: "Lady Ada", Request: "r1"},
	},
	{
		name:  "ForgetStudent",
		given: dcb.Facts(sealedAda),
		when:  ForgetStudent{Student: "ada", Request: "r1"},
		then:  dcb.Facts(forgotten),
		other: ForgetStudent{Student: "kofi", Request: "r1"},
	},
	{
		name:  "SubscribeStudent",
		given: dcb.Facts(algebra, logic, ada, takes("kofi", "algebra"), waits("ada", "algebra")),
		when:  SubscribeStudent{Student: "ada", Course: "algebra", Request: "r1"},
		then:  promoted("ada", "algebra"),
		other: SubscribeStudent{Student: "ada", Course: "logic", Request: "r1"},
	},
	{
		name:  "UnsubscribeStudent",
		given: given(algebraIsFull, dcb.Facts(ada, kofi, waits("noor", "algebra"))),
		when:  UnsubscribeStudent{Student: "ada", Course: "algebra", Request: "r1"},
		then:  dcb.Causing(leaves("ada", "algebra"), promoted("noor", "algebra")...),
		other: UnsubscribeStudent{Student: "kofi", Course: "algebra", Request: "r1"},
	},
	{
		name:  "JoinWaitlist",
		given: given(algebraIsFull, dcb.Facts(noor)),
		when:  JoinWaitlist{Student: "noor", Course: "algebra", Request: "r1"},
		then:  dcb.Facts(waits("noor", "algebra")),
		other: JoinWaitlist{Student: "mei", Course: "algebra", Request: "r1"},
	},
	{
		name:  "LeaveWaitlist",
		given: given(algebraIsFull, dcb.Facts(noor, waits("noor", "algebra"), waits("mei", "algebra"))),
		when:  LeaveWaitlist{Student: "noor", Course: "algebra", Request: "r1"},
		then:  dcb.Facts(waitsNoLonger("noor", "algebra")),
		other: LeaveWaitlist{Student: "mei", Course: "algebra", Request: "r1"},
	},
	{
		name:  "SwapSeats",
		given: given(algebraIsFull, dcb.Facts(logic, ada, waits("noor", "algebra"), waits("ada", "logic"))),
		when:  SwapSeats{Student: "ada", From: "algebra", To: "logic", Request: "r1"},
		then: slices.Insert(dcb.Causing(leaves("ada", "algebra"), promoted("noor", "algebra")...), 1,
			promoted("ada", "logic")...),
		other: SwapSeats{Student: "ada", From: "algebra", To: "knots", Request: "r1"},
	},
	{
		name:  "LeaveAltogether",
		given: given(algebraIsFull, dcb.Facts(ada, kofi, waits("noor", "algebra"), waits("ada", "logic"))),
		when:  LeaveAltogether{Student: "ada", Request: "r1"},
		then: slices.Insert(dcb.Causing(leaves("ada", "algebra"), promoted("noor", "algebra")...), 1,
			waitsNoLonger("ada", "logic")),
		other: LeaveAltogether{Student: "kofi", Request: "r1"},
	},
	{
		name:  "LeaveArchivedCourses",
		given: given(algebraIsFull, dcb.Facts(over, ada, kofi, logic, waits("ada", "logic"))),
		when:  LeaveArchivedCourses{Student: "ada", Request: "r1"},
		then:  dcb.Causing(leaves("ada", "algebra"), promoted("ada", "logic")...),
		other: LeaveArchivedCourses{Student: "kofi", Request: "r1"},
	},
}

func TestARequestIsCarriedOutOnce(t *testing.T) {
	for _, r := range everyCommand {
		t.Run(r.name, func(t *testing.T) {
			answer := answers(r.when, r.then...)
			run(t, []row{
				{name: "is named by all facts that follow from it", given: r.given, when: r.when, then: answer},
				{name: "has nothing left to do the second time", given: given(r.given, answer), when: r.when},
				{name: "is refused with other content", given: given(r.given, answer), when: r.other, refused: ErrRequestReused},
				{
					name:  "is carried out although another request did the same",
					given: dcb.WithTags(r.given, "request:r2"),
					when:  r.when,
					then:  answer,
				},
			})
			t.Run("is decided again when the same request gets in between", func(t *testing.T) {
				dcbtest.Given(t, r.given...).When(r.when).
					ConflictsWith(answer...).
					ConflictsWith(dcb.WithTags(dcb.Facts(logic), "request:r1")...).
					ConflictsWith(stored{Type: "SeatsSwapped", Tagged: dcb.Tags{"request:r1"}}).
					IgnoresMeanwhile(dcb.WithTags(dcb.Facts(CourseRenamed{Course: "logic"}), "request:r2")...)
			})
			for _, before := range everyCommand {
				if before.name != r.name {
					t.Run("is refused when its key belongs to "+before.name, func(t *testing.T) {
						dcbtest.Given(t, answers(before.when, before.then...)...).When(r.when).ThenRefused(ErrRequestReused)
					})
				}
			}
		})
	}
}

// Older versions stored only the key: it says that a request was carried out, and not what
// the request asked for.
func TestARequestThatAnOlderVersionAnsweredCountsAsCarriedOut(t *testing.T) {
	for _, r := range everyCommand {
		before := dcb.WithTags(r.then, "request:r1")
		run(t, []row{
			{name: r.name, given: given(r.given, before), when: r.when},
			{name: r.name + " with other content", given: given(r.given, before), when: r.other},
		})
	}
}

// The order of tags means nothing, so the fingerprint may stand before all others.
func TestARequestIsRecognizedWhateverTheOrderOfTheTags(t *testing.T) {
	for _, r := range everyCommand {
		first := answers(r.when, r.then...)[0]
		tags := first.Tags()
		slices.Reverse(tags)
		run(t, []row{{name: r.name, given: append(given(r.given), retagged{first, tags}), when: r.other, refused: ErrRequestReused}})
	}
}

// A retagged fact has other tags than its type says.
type retagged struct {
	dcb.Fact
	tags dcb.Tags
}

func (f retagged) Tags() dcb.Tags { return f.tags }

// A form may be sent before an upgrade and again after it, so a fingerprint has to be the
// same in all versions.
func TestTheFingerprintOfACommandStaysWhatItIs(t *testing.T) {
	stored := map[string]dcb.Tag{
		"DefineCourse":         "asked:33edf1fb265ce93f",
		"RenameCourse":         "asked:26e9c19fda805e3b",
		"ChangeCapacity":       "asked:034dc13a85b0cd5c",
		"ArchiveCourse":        "asked:ff9f9e0113af3556",
		"RegisterStudent":      "asked:a913fa47f68c66b1",
		"RenameStudent":        "asked:852c661f383937b2",
		"ForgetStudent":        "asked:701f06b4eb7d2c6e",
		"SubscribeStudent":     "asked:b2b0ccb958366ac0",
		"UnsubscribeStudent":   "asked:d4ccc9a3d60a7f35",
		"JoinWaitlist":         "asked:efc1872dbd6a5c4c",
		"LeaveWaitlist":        "asked:df3f85166c9b911f",
		"SwapSeats":            "asked:fa59d593bb8bb333",
		"LeaveAltogether":      "asked:9440774aa6bf7cf1",
		"LeaveArchivedCourses": "asked:4b49891db683ddee",
	}
	for _, r := range everyCommand {
		assert.Equal(t, stored[r.name], Asked(r.when), r.name)
		assert.NotEqual(t, Asked(r.when), Asked(r.other), "%s with other content", r.name)
	}
}

// What was seen is part of what a request asks for. Whoever does not say it has the fingerprint
// of versions that did not ask for it.
func TestTheFingerprintOfAChangeHasWhatWasSeen(t *testing.T) {
	for unseen, seen := range map[dcb.Command]dcb.Command{
		RenameCourse{Course: "algebra", NewTitle: "Groups", Request: "r1"}: RenameCourse{Course: "algebra", NewTitle: "Groups", Seen: "Algebra", Request: "r1"},
		ChangeCapacity{Course: "algebra", NewCapacity: 3, Request: "r1"}:   ChangeCapacity{Course: "algebra", NewCapacity: 3, Seen: 2, Request: "r1"},
		RenameStudent{Student: "ada", NewName: "Ada L.", Request: "r1"}:    RenameStudent{Student: "ada", NewName: "Ada L.", Seen: "Ada", Request: "r1"},
	} {
		assert.NotEqual(t, Asked(unseen), Asked(seen), "%T", seen)
	}
}

func TestARequestThatWasRefusedIsDecidedAgain(t *testing.T) {
	noSeat := given(algebraIsFull, dcb.Facts(noor))
	subscribe := SubscribeStudent{Student: "noor", Course: "algebra", Request: "r1"}
	dcbtest.Given(t, noSeat...).When(subscribe).ThenRefused(ErrCourseFull)
	dcbtest.Given(t, append(noSeat, leaves("ada", "algebra"))...).When(subscribe).
		Then(answers(subscribe, takes("noor", "algebra"))...)
}

func TestTheKeyOfARequest(t *testing.T) {
	register := func(id RequestID) RegisterStudent { return RegisterStudent{Student: "ada", Name: "Ada", Request: id} }
	longest := strings.Repeat("r", 64)
	run(t, []row{
		{name: "may be missing", when: register(""), then: dcb.Facts(ada)},
		{name: "may be a UUID", when: register("0198c5a6-7b21-7cc4-9d38-0a4f2f1e6b11"), then: dcb.WithTags(dcb.Facts(ada), "request:0198c5a6-7b21-7cc4-9d38-0a4f2f1e6b11", "asked:e5287e564231079f")},
		{name: "may be this long", when: register(RequestID(longest)), then: answers(register(RequestID(longest)), ada)},
		{name: "is refused when it is too long", when: register(RequestID(longest + "r")), refused: ErrRequestIDInvalid},
		{name: "is refused when it is not a text", when: register("\xff"), refused: ErrRequestIDInvalid},
		{name: "is refused when it has a NUL", when: register("r\x00"), refused: ErrRequestIDInvalid},
		{name: "is refused before anything else", when: RegisterStudent{Request: " "}, refused: ErrRequestIDInvalid},
	})
	t.Run("is no part of the boundary when it is missing", func(t *testing.T) {
		dcbtest.Given(t).When(register("")).IgnoresMeanwhile(dcb.WithTags(dcb.Facts(kofi), "request:")...)
	})
}
