package stage

import "go-crablet/lab/stage"

// A choice leads to another setting.
type choice struct {
	Words, URL string
	Current    bool
	Wrong      bool // what it leads to breaks a rule, or conflicts without need
}

// A switchView is what can be chosen in one respect.
type switchView struct {
	Name    string
	Choices []choice
}

var headings = map[stage.Beside]string{
	stage.SameCourse:  "Two students, one seat",
	stage.OtherCourse: "Two students, two courses",
	stage.NewTitle:    "A seat and a new title",
	stage.SecondTab:   "One student, two tabs",
}

var (
	besideWords = map[stage.Beside]string{
		stage.SameCourse: "Kofi, same seat", stage.OtherCourse: "Kofi, another", stage.NewTitle: "registrar", stage.SecondTab: "Ada, tab 2",
	}
	boundaryWords = map[stage.Boundary]string{
		stage.Exact: "exact", stage.TagOnly: "tag only", stage.OneStream: "one stream", stage.AndForOr: "AND for OR",
	}
	appendWords = map[stage.Append]string{
		stage.Correct: "correct", stage.NoCondition: "no condition", stage.NoLock: "check without lock",
	}
)

func presetsOf(a address) (all []choice) {
	for _, preset := range stage.Presets() {
		all = append(all, choice{Words: preset.Name, URL: startOf(preset.Setting).link("", ""), Current: preset.Setting == a.Setting})
	}
	return all
}

// switchesOf returns the switches. Each choice leads to the same steps, as far as they can be
// taken then.
func switchesOf(a address) []switchView {
	boundary, appending, beside := switchView{Name: "Boundary"}, switchView{Name: "Append"}, switchView{Name: "Who else"}
	for _, b := range stage.Boundaries() {
		other := a.Setting
		other.Boundary = b
		boundary.Choices = append(boundary.Choices, choice{boundaryWords[b], a.like(other), other == a.Setting, b != stage.Exact})
	}
	for _, b := range stage.Appends() {
		other := a.Setting
		other.Append = b
		appending.Choices = append(appending.Choices, choice{appendWords[b], a.like(other), other == a.Setting, b != stage.Correct})
	}
	for _, b := range stage.Besides() {
		other := a.Setting
		other.Beside = b
		beside.Choices = append(beside.Choices, choice{Words: besideWords[b], URL: a.like(other), Current: other == a.Setting})
	}
	return []switchView{boundary, appending, beside}
}
