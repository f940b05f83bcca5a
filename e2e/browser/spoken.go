package browser

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// Spoken is what a screen reader reads of the page, in its order: the texts, and the names of
// pictures, links and buttons, with white space made one.
func (p *Person) Spoken() string {
	p.t.Helper()
	var texts []string
	p.do("read the accessibility tree", func(ctx context.Context, tab *chromedp.Target) error {
		tree, err := cdp.Call(ctx, tab, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			return err
		}
		texts = textsIn(tree.Nodes)
		return nil
	})
	return strings.Join(strings.Fields(strings.Join(texts, " ")), " ")
}

// readByName are the roles of what is read by its name, whatever is inside.
var readByName = []string{"StaticText", "image", "link", "button"}

// textsIn returns the texts of an accessibility tree, from the first node on.
func textsIn(nodes []*accessibility.Node) (texts []string) {
	byID := map[accessibility.NodeID]*accessibility.Node{}
	for _, node := range nodes {
		byID[node.NodeID] = node
	}
	var read func(node *accessibility.Node)
	read = func(node *accessibility.Node) {
		if role := textOf(node.Role); !node.Ignored && slices.Contains(readByName, role) {
			texts = append(texts, textOf(node.Name))
			return
		}
		for _, id := range node.ChildIDs {
			if child, known := byID[id]; known {
				read(child)
			}
		}
	}
	if len(nodes) > 0 {
		read(nodes[0])
	}
	return texts
}

// textOf returns a value that is a text.
func textOf(value *accessibility.Value) (text string) {
	if value != nil {
		_ = json.Unmarshal(value.Value, &text) // anything else than a text is none
	}
	return text
}
