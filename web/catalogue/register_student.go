package catalogue

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"net/http"
	"strings"

	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type registerStudentView struct {
	site.Layout
	Student, Name ui.Field
	Twin          string // the name that the form asked about last; see twin.go
}

func (v *registerStudentView) form() form {
	return form{{"name", &v.Name}, {"student", &v.Student}}
}

// RegisterStudentForm is the page with the empty form.
func (p *Pages) RegisterStudentForm(v *site.Visit) error {
	return p.showRegisterStudent(v, http.StatusOK, nil, registerStudentView{})
}

func (p *Pages) showRegisterStudent(v *site.Visit, status int, n *site.Notice, view registerStudentView) (err error) {
	if view.Layout, err = v.Page("Register a student", site.SectionStudents, nil); err != nil {
		return err
	}
	view.Path = "/students"
	if n != nil {
		view.Notice = n
	}
	return v.Render(status, registerStudentPage(view))
}

// RegisterStudent carries out the form. A student without an id gets one that says nothing
// about the student, for the id stays when the student is forgotten.
func (p *Pages) RegisterStudent(v *site.Visit) error {
	view, cmd := readRegisterStudent(v)
	if view.form().wrong() {
		return p.showRegisterStudent(v, http.StatusUnprocessableEntity, nil, view)
	}
	if err := p.askAboutTwin(v, &view.Name, p.studentCalled); err != nil {
		return err
	}
	if view.form().wrong() {
		view.Twin = view.Name.Value
		return p.showRegisterStudent(v, http.StatusConflict, nil, view)
	}
	result, err := p.decideRegistration(v, &cmd, view.Name.Value)
	if err != nil {
		status, notice, err := view.form().explain(result.ReceiptID, err)
		if err != nil {
			return err
		}
		return p.showRegisterStudent(v, status, notice, view)
	}
	return v.Done(result, story.StudentURL(cmd.Student))
}

// readRegisterStudent reads the form into a command without the name, which has to be
// sealed first. A value that can't be right is an error at its input.
func readRegisterStudent(v *site.Visit) (registerStudentView, courses.RegisterStudent) {
	view := registerStudentView{Twin: v.Text("twin").Value, Student: v.Text("student"), Name: v.Text("name")}
	cmd := courses.RegisterStudent{Student: courses.StudentID(strings.ToLower(view.Student.Value)), Request: v.Key()}
	checkText(&view.Name, courses.ErrNameInvalid)
	if cmd.Student != "" && !cmd.Student.Valid() {
		refuse(&view.Student, courses.ErrStudentIDInvalid)
	}
	return view, cmd
}

// decideRegistration gives the command an id if it has none, seals the name, and decides. A
// request that is sent again gets the same id, and so the same sealed name.
func (p *Pages) decideRegistration(v *site.Visit, cmd *courses.RegisterStudent, name string) (result receipt.Result, err error) {
	if cmd.Student == "" {
		cmd.Student = NeutralID(cmd.Request)
	}
	switch taken, err := p.studentInAnotherCase(v.Context(), cmd.Student); {
	case err != nil:
		return receipt.Result{}, err
	case taken:
		return receipt.Result{}, courses.ErrStudentExists
	}
	cmd.Name, err = courses.SealName(v.Context(), p.Keys, cmd.Student, name)
	switch {
	case errors.Is(err, courses.ErrNoSuchStudent): // the student was forgotten, and the id stays taken
		return receipt.Result{}, courses.ErrStudentExists
	case err != nil:
		return receipt.Result{}, err
	}
	return p.decisions.Decide(v, *cmd, string(cmd.Name)+" registers")
}

// NeutralID makes an id that says nothing about a student. It follows from the key of the
// request, which is random. Without a key the id itself is random.
func NeutralID(request courses.RequestID) courses.StudentID {
	from := cmp.Or(string(request), rand.Text())
	sum := sha256.Sum256([]byte(from))
	return courses.StudentID("student-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5])))
}

var whyRegisterStudent = ui.Idea{
	Text: "Registering asks one thing, whether the id is taken, and its append depends on that alone. " +
		"So two registrations conflict if they want the same id, and never otherwise.",
	URL: story.SourceURL("domain/courses/register_student.go", "RegisterStudent.boundary"), Words: "The boundary of a registration",
}
