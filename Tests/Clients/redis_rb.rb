$stdout.sync = true
# Example: begin
require "redis"

client = Redis.new(
  port: ENV["KABINET_PORT"].to_i, username: ENV["KABINET_PRINCIPAL"], password: ENV["KABINET_SECRET"]
)
number = ENV["KABINET_NUMBER"]

once = lambda do |*words|
  client.call(*words)
rescue Redis::BaseConnectionError
  sleep 0.2 # The same id= again: it is done once.
  retry
end

paid = once.("TOPUP", number, "100", "ref=acq-1", "id=pay-1")
p client.call("BALANCE", number)
begin
  once.("TOPUP", number, "-5", "ref=acq-2", "id=pay-2")
rescue Redis::CommandError => error
  code = error.message.split[1] # invalid_amount
end
# Example: end

topup = ->(name, amount = "1") { ["TOPUP", number, amount, "ref=#{name}", "id=#{name}"] }
check = ->(step, right) { right ? puts(step) : abort("#{step} failed") }

check.("change", paid.include?("payment") && !paid.include?("repeated"))
check.("repeat", once.("TOPUP", number, "100", "ref=acq-1", "id=pay-1").include?("repeated"))
check.("error", code == "invalid_amount")

replies = client.pipelined { |queue| 1000.times { |n| queue.call(*topup.("pipeline-#{n}")) } }
check.("pipeline", replies.size == 1000 && replies.all? { |reply| reply.include?("payment") })

replies = client.multi { |queue| 2.times { |n| queue.call(*topup.("both-#{n}", "10")) } }
check.("transaction", replies.size == 2 && replies.all? { |reply| reply.include?("payment") })
begin
  client.multi do |queue|
    queue.call(*topup.("neither-1", "1000"))
    queue.call("TOPUP", number)
  end
rescue Redis::CommandError
  puts "abort"
end

500.times do |n|
  puts "halfway" if n == 250
  once.(*topup.("stream-#{n}")).include?("payment") or abort("a top-up failed")
end
puts "reconnect"
