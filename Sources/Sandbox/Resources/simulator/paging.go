package main

import (
	"sync"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// page is the rest of a result that did not fit maxObjects.
type page struct {
	rest []types.ObjectContent
	size int
}

var (
	pages     = map[string]page{}
	pagesLock sync.Mutex
)

// firstPage cuts a result down to its first page; the token is empty if that is all.
func firstPage(objects []types.ObjectContent, size int) ([]types.ObjectContent, string) {
	if size <= 0 || len(objects) <= size {
		return objects, ""
	}
	token := uuid.New().String()
	pagesLock.Lock()
	defer pagesLock.Unlock()
	pages[token] = page{rest: objects[size:], size: size}
	return objects[:size], token
}

func takePage(token string) (page, bool) {
	pagesLock.Lock()
	defer pagesLock.Unlock()
	p, ok := pages[token]
	delete(pages, token)
	return p, ok
}

// ContinueRetrievePropertiesEx gives the next page. A token is good for one call.
func (p *propertyCollector) ContinueRetrievePropertiesEx(_ *simulator.Context, r *types.ContinueRetrievePropertiesEx) soap.HasFault {
	next, ok := takePage(r.Token)
	if !ok {
		return &methods.ContinueRetrievePropertiesExBody{
			Fault_: simulator.Fault("", &types.InvalidProperty{Name: "token"})}
	}
	objects, token := firstPage(next.rest, next.size)
	return &methods.ContinueRetrievePropertiesExBody{Res: &types.ContinueRetrievePropertiesExResponse{
		Returnval: types.RetrieveResult{Objects: objects, Token: token}}}
}

// CancelRetrievePropertiesEx forgets the pages that were not fetched.
func (p *propertyCollector) CancelRetrievePropertiesEx(_ *simulator.Context, r *types.CancelRetrievePropertiesEx) soap.HasFault {
	takePage(r.Token)
	return &methods.CancelRetrievePropertiesExBody{Res: &types.CancelRetrievePropertiesExResponse{}}
}
