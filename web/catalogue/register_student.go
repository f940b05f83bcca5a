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
}

// RegisterStudentForm is the page with the empty form.
func (p *Pages) RegisterStudentForm(v *site.Visit) error {
	return p.showRegisterStudent(v, http.StatusOK, registerStudentView{})
}

func (p *Pages) showRegisterStudent(v *site.Visit, status int, view registerStudentView) error {
	notice := view.Notice
	var err error
	if view.Layout, err = v.Page("Register a student", site.SectionStudents, nil); err != nil {
		return err
	}
	view.Path = "/students"
	if notice != nil {
		view.Notice = notice
	}
	return v.Render(status, registerStudentPage(view))
}

// RegisterStudent carries the form out. An empty id gets one that says nothing: it stays
// when the student is forgotten.
func (p *Pages) RegisterStudent(v *site.Visit) error {
	view := registerStudentView{Student: v.Text("student"), Name: v.Text("name")}
	cmd := courses.RegisterStudent{Student: courses.StudentID(view.Student.Value), Request: v.Key()}
	if !courses.ValidText(view.Name.Value) {
		view.Name.Error = ui.Sentence(courses.ErrNameInvalid.Error())
	}
	if cmd.Student != "" && !cmd.Student.Valid() {
		view.Student.Error = ui.Sentence(courses.ErrStudentIDInvalid.Error())
	}
	if ui.FocusFirst(&view.Name, &view.Student) {
		return p.showRegisterStudent(v, http.StatusUnprocessableEntity, view)
	}

	result, err := p.decideRegistration(v, &cmd, view.Name.Value)
	if refusal, field := fieldOf(err); field != "" {
		switch field {
		case "student":
			view.Student.Error = ui.Sentence(refusal.Error())
		case "name":
			view.Name.Error = ui.Sentence(refusal.Error())
		}
		ui.FocusFirst(&view.Name, &view.Student)
		if n, ok := site.NoticeOf(result.ReceiptID, refusal); ok {
			view.Notice = &n
		}
		return p.showRegisterStudent(v, site.StatusOf(refusal), view)
	}
	if n, ok := site.NoticeOf(result.ReceiptID, err); ok {
		view.Notice = &n
		return p.showRegisterStudent(v, http.StatusConflict, view)
	}
	if err != nil {
		return site.WithReceipt(result.ReceiptID, err)
	}
	return v.Done(result, story.StudentURL(cmd.Student))
}

// decideRegistration seals the name and decides the command, and gives it an id if it has
// none. A request that is sent again has the same id, and so the same sealed name.
func (p *Pages) decideRegistration(v *site.Visit, cmd *courses.RegisterStudent, name string) (result receipt.Result, err error) {
	if cmd.Student == "" {
		cmd.Student = neutralID(cmd.Request)
	}
	cmd.Name, err = courses.SealName(v.Context(), p.Keys, cmd.Student, name)
	switch {
	case errors.Is(err, courses.ErrNoSuchStudent): // forgotten, and the id stays taken
		return receipt.Result{}, courses.ErrStudentExists
	case err != nil:
		return receipt.Result{}, err
	}
	return p.decisions.Decide(v, *cmd, string(cmd.Name)+" registers")
}

// neutralID makes an id that says nothing about a student: of the key of the request, which
// is random, or at random if there is none.
func neutralID(request courses.RequestID) courses.StudentID {
	from := cmp.Or(string(request), rand.Text())
	sum := sha256.Sum256([]byte(from))
	return courses.StudentID("student-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5])))
}

var whyRegisterStudent = ui.Idea{
	Text: "Registering asks for one thing, whether the id is taken, and its append is conditional on that alone. " +
		"So two registrations conflict if they want the same id, and never otherwise.",
	URL: story.SourceURL("domain/courses/register_student.go", "RegisterStudent.boundary"), Words: "The boundary of a registration",
}
