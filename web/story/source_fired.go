package story

import (
	"go/ast"
	"slices"
	"strconv"

	"go-crablet/receipt"
)

// Decision returns the function that decided in an attempt, with how its cases ended, and
// whether there is such a command. It is the decide function of the command. If the request
// was not new, it is the function once: that one answers such a request by itself.
func (p parsedSource) Decision(command string, attempt receipt.Attempt) (Source, bool) {
	decide, ok := p.Decisions[command]
	if !ok {
		return Source{}, false
	}
	fired, passed := p.fired(decide.decl, attempt)
	if answer := p.answered(attempt); answer != nil {
		decide, fired, passed = p.functions["once"], answer.fired, answer.passed
	}
	s := p.source(decide)
	if fired == nil {
		return s, true
	}
	s.Fired = true
	first := s.Lines[0].Number
	from, to := p.lines(fired)
	for i := from; i <= min(to, s.Lines[len(s.Lines)-1].Number); i++ {
		s.Lines[i-first].Fired = true
	}
	for _, rule := range passed {
		line, _ := p.lines(rule)
		s.Lines[line-first].Why = p.values(rule, attempt.Knew) + "no"
	}
	s.Lines[from-first].Why = p.values(fired, attempt.Knew) + "◀ fired"
	return s, true
}

// Consequences returns the functions that made the events after the first one.
func (p parsedSource) Consequences(command string, attempt receipt.Attempt) []Source {
	decide, ok := p.Decisions[command]
	if !ok || attempt.Refusal != "" || len(attempt.Wanted) < 2 {
		return nil
	}
	fired, _ := p.fired(decide.decl, attempt)
	var called []Source
	seen := map[string]bool{}
	var follow func(ast.Node) bool
	follow = func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			name, _ := call.Fun.(*ast.Ident)
			if name != nil && !seen[name.Name] && p.makesFacts(name.Name) {
				seen[name.Name] = true
				called = append(called, p.source(p.functions[name.Name]))
				ast.Inspect(p.functions[name.Name].decl.Body, follow)
			}
		}
		return true
	}
	ast.Inspect(fired, follow)
	if seen["withPromotions"] { // it makes facts of what giveSeats has chosen
		called = slices.Insert(called, 0, p.source(p.functions["giveSeats"]))
	}
	return called
}

// makesFacts reports whether a function of the domain has one result, a list of facts.
func (p parsedSource) makesFacts(name string) bool {
	f, ok := p.functions[name]
	if !ok || f.decl.Type.Results.NumFields() != 1 {
		return false
	}
	list, ok := f.decl.Type.Results.List[0].Type.(*ast.ArrayType)
	if !ok {
		return false
	}
	element, ok := list.Elt.(*ast.SelectorExpr)
	return ok && element.Sel.Name == "Fact"
}

// fired returns the statement that decided, and the cases before it that did not apply. With
// a refusal it is the case that returns it, or nil if no case does. Without a refusal it is
// the first condition that held, or the last statement.
func (p parsedSource) fired(decide *ast.FuncDecl, attempt receipt.Attempt) (fired ast.Node, passed []ast.Node) {
	body := decide.Body.List
	for _, statement := range body {
		switch statement := statement.(type) {
		case *ast.SwitchStmt:
			for _, clause := range statement.Body.List {
				clause := clause.(*ast.CaseClause)
				if attempt.Refusal != "" && p.refusal(clause) == attempt.Refusal {
					return clause, passed
				}
				passed = append(passed, clause)
			}
		case *ast.IfStmt:
			if attempt.Refusal == "" && p.value(statement.Cond, attempt.Knew) == "true" {
				return statement, passed
			}
			passed = append(passed, statement)
		}
	}
	if attempt.Refusal != "" {
		return nil, nil
	}
	return body[len(body)-1], passed
}

// A requestAnswer is the case of the function once that answered a request.
type requestAnswer struct {
	fired  ast.Node
	passed []ast.Node
}

// answered returns how once answered the request of an attempt, or nil if the request was new.
func (p parsedSource) answered(attempt receipt.Attempt) *requestAnswer {
	request := Known(attempt.Knew, "request").Value
	var answer requestAnswer
	ast.Inspect(p.functions["once"].decl, func(n ast.Node) bool {
		clause, ok := n.(*ast.CaseClause)
		switch {
		case !ok || answer.fired != nil:
		case p.value(clause.List[0], attempt.Knew) == request:
			answer.fired = clause
		default:
			answer.passed = append(answer.passed, clause)
		}
		return true
	})
	if answer.fired == nil {
		return nil
	}
	return &answer
}

// refusal returns the text of the refusal that a case returns.
func (p parsedSource) refusal(clause *ast.CaseClause) string {
	for _, statement := range clause.Body {
		if result, ok := statement.(*ast.ReturnStmt); ok && len(result.Results) == 2 {
			if name, ok := result.Results[1].(*ast.Ident); ok {
				return p.constants[name.Name]
			}
		}
	}
	return ""
}

// values writes the comparison of a case with values instead of names: "29 >= 30: ". It is ""
// if the case compares nothing, or if a value is not known.
func (p parsedSource) values(rule ast.Node, knew []receipt.Known) string {
	clause, ok := rule.(*ast.CaseClause)
	if !ok || len(clause.List) != 1 {
		return ""
	}
	comparison, ok := clause.List[0].(*ast.BinaryExpr)
	if !ok {
		return ""
	}
	left, right := p.value(comparison.X, knew), p.value(comparison.Y, knew)
	if left == "" || right == "" {
		return ""
	}
	return left + " " + comparison.Op.String() + " " + right + ": "
}

// value returns the value of an expression in an attempt, or "" if it is not known.
func (p parsedSource) value(x ast.Expr, knew []receipt.Known) string {
	switch x := x.(type) {
	case *ast.Ident:
		return p.constants[x.Name]
	case *ast.SelectorExpr:
		return Known(knew, x.Sel.Name).Value
	case *ast.CallExpr: // len(s.waiting)
		name, _ := x.Fun.(*ast.Ident)
		if name == nil || name.Name != "len" {
			return ""
		}
		if list, ok := x.Args[0].(*ast.SelectorExpr); ok {
			if items := Known(knew, list.Sel.Name).Items; items != nil {
				return strconv.Itoa(len(items))
			}
		}
		return ""
	default:
		return ""
	}
}
