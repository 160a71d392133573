package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gomodule/redigo/redis"
)

// Example: begin
var number = os.Getenv("KABINET_NUMBER")

var pool = redis.Pool{Dial: func() (redis.Conn, error) {
	return redis.Dial("tcp", "127.0.0.1:"+os.Getenv("KABINET_PORT"),
		redis.DialUsername(os.Getenv("KABINET_PRINCIPAL")), redis.DialPassword(os.Getenv("KABINET_SECRET")))
}}

func once(verb string, arguments ...any) (map[string]string, error) {
	for {
		client := pool.Get()
		reply, err := redis.StringMap(client.Do(verb, arguments...))
		client.Close()
		if _, isRefused := err.(redis.Error); err == nil || isRefused {
			return reply, err
		}
		time.Sleep(200 * time.Millisecond) // The same id= again: it is done once.
	}
}

func example() (paid map[string]string, code string) {
	paid, _ = once("TOPUP", number, "100", "ref=acq-1", "id=pay-1")
	balance, _ := once("BALANCE", number)
	fmt.Println(balance)
	if _, err := once("TOPUP", number, "-5", "ref=acq-2", "id=pay-2"); err != nil {
		code = strings.Fields(err.Error())[1] // invalid_amount
	}
	return paid, code
}

// Example: end

func topup(name string, amount string) []any {
	return []any{number, amount, "ref=" + name, "id=" + name}
}

func check(step string, right bool) {
	if !right {
		fmt.Fprintln(os.Stderr, step, "failed")
		os.Exit(1)
	}
	fmt.Println(step)
}

func isPaid(reply any, err error) bool {
	fields, err := redis.StringMap(reply, err)
	return err == nil && fields["payment"] != ""
}

func main() {
	paid, code := example()
	check("change", paid["payment"] != "" && paid["repeated"] == "")
	again, _ := once("TOPUP", number, "100", "ref=acq-1", "id=pay-1")
	check("repeat", again["repeated"] == "1")
	check("error", code == "invalid_amount")

	client := pool.Get()
	for n := 0; n < 1000; n++ {
		client.Send("TOPUP", topup(fmt.Sprint("pipeline-", n), "1")...)
	}
	client.Flush()
	answered := 0
	for n := 0; n < 1000; n++ {
		if isPaid(client.Receive()) {
			answered++
		}
	}
	check("pipeline", answered == 1000)

	client.Send("MULTI")
	client.Send("TOPUP", topup("both-1", "10")...)
	client.Send("TOPUP", topup("both-2", "10")...)
	both, err := redis.Values(client.Do("EXEC"))
	check("transaction", err == nil && len(both) == 2 && isPaid(both[0], nil) && isPaid(both[1], nil))
	client.Send("MULTI")
	client.Send("TOPUP", topup("neither-1", "1000")...)
	client.Send("TOPUP", number)
	_, err = client.Do("EXEC")
	check("abort", err != nil)
	client.Close()

	for n := 0; n < 500; n++ {
		if n == 250 {
			fmt.Println("halfway")
		}
		if reply, err := once("TOPUP", topup(fmt.Sprint("stream-", n), "1")...); err != nil || reply["payment"] == "" {
			check("a top-up", false)
		}
	}
	check("reconnect", true)
}
