/// The 10,000 most common passwords of 8 characters and more, in ASCII order, each in lower case. Data: only
/// `CommonPasswords` reads it, and says how.
///
/// Made from the lists of two password checkers: Django 5.2 (`contrib/auth/common-passwords.txt.gz`, by Royce Williams,
/// of the passwords in Have I Been Pwned; BSD 3-Clause) and zxcvbn 4.5 (`passwords`, of Mark Burnett's ten million;
/// MIT). An entry's place is the better of its two. Shorter passwords are left out, because they are refused by their
/// length. Passwords that are not ASCII are left out too. The licences are in `NOTICE`.
package enum CommonPasswordList {
    package static let text: String = #"""
        !qaz1qaz !qaz2wsx %%passwo &hearts: ********** -deleted- .adgjmptw 0.0.0.000 0.00000000 00000000 000000000
        0000000000 0000000000o 00001111 00096462 000webhost 00110011 00112233 007007007 007james 01010101 01011900 01011910
        01011950 01011960 01011961 01011970 01011971 01011972 01011973 01011974 01011975 01011976 01011977 01011978 01011979
        01011980 01011981 01011982 01011983 01011984 01011985 01011986 01011987 01011988 01011989 01011990 01011991 01011992
        01011993 01011994 01011995 01011999 01012000 01012001 01012010 01012011 01020304 0102030405 010203040506 01021990
        01031985 01031988 01031989 01041985 01041988 01061986 01061990 01071986 01081989 01091987 01091989 01121986 01121988
        01230123 01234567 012345678 0123456789 01234567890 0123654789 013cpfza 0147258369 01478520 0147852369 0147896325
        0192837465 02011971 02011975 02011980 02011981 02011982 02011983 02011984 02011985 02011986 02011987 02011988
        02011989 02021971 02021973 02021976 02021979 02021981 02021982 02021983 02021984 02021985 02021986 02021987 02021988
        02021989 02021990 02031970 02031973 02031974 02031975 02031977 02031978 02031979 02031980 02031981 02031982 02031984
        02031985 02031986 02031987 02031988 02031989 02041972 02041973 02041974 02041975 02041976 02041977 02041978 02041979
        02041980 02041981 02041982 02041983 02041984 02041985 02041986 02041987 02041988 02041989 02051970 02051972 02051973
        02051975 02051976 02051977 02051978 02051980 02051981 02051982 02051983 02051984 02051985 02051986 02051987 02051988
        02051989 02061971 02061972 02061974 02061976 02061977 02061980 02061982 02061983 02061984 02061985 02061986 02061987
        02061988 02061989 02071971 02071975 02071976 02071978 02071979 02071980 02071981 02071982 02071983 02071984 02071986
        02071987 02071988 02071989 02081970 02081973 02081974 02081976 02081977 02081980 02081982 02081983 02081984 02081985
        02081986 02081987 02081988 02081989 02091971 02091973 02091975 02091976 02091977 02091980 02091981 02091983 02091984
        02091985 02091986 02091987 02091989 02101973 02101976 02101977 02101979 02101981 02101983 02101984 02101985 02101986
        02101987 02101988 02101989 03031986 03041986 03041991 03082006 04041988 04041991 04975756 05051985 05051987 05051989
        06061986 06225930 063dyjuy 07071977 07071987 07091990 07831505 08031985 08031986 08051990 08081988 08121986 08154711
        08520852 08522580 085tzzqi 09051945 09061976 090808qwe 09090909 09121962q 09876543 0987654321 0987654321q 09877890
        0icotpd785 0o9i8u7y 0okm9ijn 0r968ji9ufj6 0raziel0 10011001 10011986 10011990 100200300 10031988 10051987 10071987
        10101010 1010101010 10101986 10101990 10111213 10201020 10203040 1020304050 102030405060 10293847 1029384756
        10987654321 10inches 11001001 11051987 11051990 11061985 11081989 11111111 111111111 1111111111 11111111111
        111111111111 1111111111zz 1111111a 111111aa 1111122222 11112222 1111aaaa 1111qqqq 11121314 1112131415 11121986
        11122233 111222333 111222333a 111222tianya 11221122 1122112211 11223344 1122334455 112233445566 11223344q 11235813
        1123581321 11924704 11c645df 11qq22ww 12011987 12021988 12031985 12031987 12051988 12121212 1212121212 12121985
        12121990 12131213 12131415 1213141516 121324810z 12211221 1223334444 12233445 12301230 12312312 123123123
        123123123123 123123123a 123123123q 123123321 12312345 123123456 123123aa 123123qwe 123123qweqwe 1232323q 12332112
        123321123 123321123321 12332145 123321456 123321qwe 12340987 12341234 12344321 12344321a 12344321q 1234509876
        12345123 1234512345 12345432 123454321 1234554321 12345600 12345612 123456123 123456123456 12345654321 123456654321
        12345666 12345671 12345677 12345678 123456780 123456781 123456788 123456789 123456789* 123456789+ 123456789.
        1234567890 1234567890- 1234567890-= 12345678900 12345678900987654321 12345678901 12345678901234567890 1234567890a
        1234567890q 1234567890qw 1234567890qwertyuiop 1234567890s 1234567890z 1234567891 12345678910 1234567891011
        12345678912 123456789123 123456789123456 1234567891234567 123456789123456789 12345678987654321 1234567899
        123456789987654321 123456789a 123456789aa 123456789abc 123456789asd 123456789b 123456789c 123456789d 123456789e
        123456789f 123456789g 123456789h 123456789i 123456789j 123456789k 123456789l 123456789m 123456789n 123456789o
        123456789p 123456789q 123456789qaz 123456789qq 123456789qqq 123456789qw 123456789qwe 123456789qwerty 123456789r
        123456789s 123456789t 123456789v 123456789w 123456789x 123456789y 123456789z 123456789zxc 12345678a 12345678c
        12345678d 12345678j 12345678m 12345678q 12345678s 12345678z 12345679 123456798 1234567a 1234567aa 1234567b 1234567c
        1234567d 1234567j 1234567k 1234567l 1234567m 1234567q 1234567qq 1234567r 1234567s 1234567t 1234567u 1234567w
        1234567y 1234567z 12345687 12345689 123456987 123456aa 123456aaa 123456ab 123456abc 123456abcd 123456as 123456asd
        123456asdf 123456qaz 123456qq 123456qqq 123456qw 123456qwe 123456qwer 123456qwerty 123456ru 123456zx 123456zxc
        123456zz 123459876 12345abc 12345abcd 12345abcde 12345asd 12345asdfg 12345qaz 12345qwe 12345qwer 12345qwert
        12345qwerty 12345six 12345trewq 12345zxc 12345zxcvb 12346789 12347890 12348765 12349876 1234abcd 1234asdf 1234kekc
        1234qwer 1234qwerasdf 1234qwert 1234qwerty 1234rewq 1234rmvb 1234zxcv 123581321 12365478 123654789 12369874
        123698741 123698745 1236987z 123789456 123a123a 123abc123 123abc456 123admin32 123admin321 123as123 123asd123
        123hfjdk147 123masha 123mudar 123odidol 123password 123qaz123 123qazwsx 123qq123 123qwe123 123qwe123qwe 123qwe321
        123qwe456 123qwe456rty 123qweas 123qweasd 123qweasdzxc 123qwert 123qwerty 123soleil 123stella 123zxc123 12435687
        124578963 12481632 12e3e456 12locked 12monkey 12monkeys 12qw12qw 12qw23we 12qw34er 12qwaszx 12qwerty 12s3t4p55
        13021990 13031987 13041987 13041988 13061986 13121985 13131313 13141314 13241324 13243546 13245768 132465798
        134679258 134679852 13572468 13576479 1357908642 1357911q 1357913579 13579246 135792468 1357924680 135797531
        135798642 1357997531 13791379 14021985 14021986 14061991 14111986 14121412 14141414 14531453 147147147 14725836
        147258369 1472583690 147258369a 14785236 147852369 14789632 147896321 147896325 14881488 14938685 14vbqk9p 15011987
        15021985 15051981 15051990 15101986 15151515 151nxjmt 15426378 154ugeiu 159159159 159258357 159357258 159357456
        159753123 159753159753 15975321 159753258 159753456 15975346 159753852 15987532 159875321 16051980 16051987 16051989
        16121987 16161616 168asd168 17011987 17051988 17061988 171204jg 17171717 17171717aa 18011987 18061990 18091985
        18121812 18181818 18273645 18436572 18821221 18atcskd2w 18n28n24a5 19031903 19051905 19061987 19071907 19101987
        19191919 19283746 192837465 19391945 19411945 19591959 19601960 19611961 19621962 19631963 19641964 19651965
        19661966 19671967 19681968 19691969 19701970 19711971 19721972 1972chev 19731973 19741974 19751975 19761976 19771977
        19781978 19791979 19801980 19811981 19821982 19831983 19841984 19844891 19851985 19861986 19871987 19877891 19881988
        19891989 19901990 19911991 19921992 19922991 19931993 19933991 19941994 19951995 19961996 19966991 19971997 19981998
        19991999 19992000 19mtpgam19 1a1a1a1a 1a2a3a4a 1a2a3a4a5a 1a2b3c4d 1a2b3c4d5e 1a2s3d4f 1a2s3d4f5g 1aaaaaaa 1abcdefg
        1andonly 1anthony 1asdfghjkl 1asshole 1babyboy 1babygirl 1basebal 1baseball 1bigdick 1brandon 1butterfly 1charlie
        1chicken 1compute 1computer 1destiny 1diamond 1footbal 1football 1fptjtl919 1fr2rfq7xl 1fuckyou 1g2w3e4r 1gangsta
        1hotmama 1hxboqg2 1iloveyou 1jennife 1jessica 1letmein 1life2live 1loveyou 1melissa 1michael 1michelle 1million
        1moretime 1mustang 1myspace 1newlife 1onelove 1pass1page 1passwor 1password 1patrick 1princess 1q1q1q1q 1q2q3q4q
        1q2q3q4q5q 1q2w3e4r 1q2w3e4r5 1q2w3e4r5t 1q2w3e4r5t6 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i 1q2w3e4r5t6y7u8i9o
        1q2w3e4r5t6y7u8i9o0p 1qa2ws3e 1qa2ws3ed 1qa2ws3ed4rf 1qay2wsx 1qaz!qaz 1qaz1qaz 1qaz2wsx 1qaz2wsx3e 1qaz2wsx3edc
        1qaz2wsx3edc4rfv 1qaz@wsx 1qazxsw2 1qazxsw23edc 1qazzaq1 1qw23er4 1qwerty1 1qwertyu 1qwertyuio 1samanth 1scooter
        1sexybitch 1sexyred 1starwar 1sunshine 1superma 1superman 1thunder 1truelove 1v7upjw3nt 1wildcat 1william 1x2zkg8w
        1z2x3c4v 1z2x3c4v5b 1zn6fpn01n 1zn6fpn01x 1zxcvbnm 20002000 2000comeer 20012001 20022002 20031987 20032003 20042004
        20051988 20052005 20061988 20062006 20072007 20082008 20082009 20091988 20091991 20092009 20092010 20102010
        2010comer 20111986 20112011 20122012 2012comeer 201jedlz 20202020 20spanks 21011989 21031987 21031988 21031990
        21051988 21051991 21101986 21122112 21125150 2112rush 21212121 22011988 22021986 22021989 22031984 22041987 22041988
        22061941 22071972 22071986 22222222 2222222222 22334455 22446688 23021986 23041987 23049307 23176djivanfros 23232323
        23456789 23jordan 23skidoo 24011985 24061986 24111989 24242424 243462536 24681012 24681357 246813579 24682468
        24862486 24pnz6kc 25011990 25031987 25041988 25081988 25091987 25121987 25251325 25252525 25257758 25800852 25802580
        26031988 26061987 260zntpc 26262626 27061988 27081989 27731828 28011987 28021990 28021992 28041987 28081976 29011985
        29051989 29071983 29rsavoy 2b8riedt 2bigtits 2blessed 2bornot2b 2children 2cxdn8s271 2hot4you 2sexy2ho 2w3e4r5t
        2wsx1qaz 2wsx3edc 2wsxcde3 2wsxzaq1 3.1415926 30031988 30041986 30051985 31011987 31217221027711 31415926 314159265
        3141592654 31x7t5xbke 321321321 321456987 32165498 321654987 3216732167 32323232 326159487 33333333 333333333
        3333333333 333666999 335533aa 33rjhjds 343104ky 34523452 34524815 368ejhih 369258147 369852147 380zliki 383pdjvl
        393041123 3children 3d8cubaj2e 3daysgrace 3edc4rfv 3edcvfr4 3odi15ngxb 3qdlqb49js 3rjs1la2qe 3rjs1la7qe 3rjs5la8qe
        3s43pth5aea 3sisters 3stooges 3syqo15hil 40028922 42042042 421uiopy258 427cobra 43046721 43211234 43214321 4391634m
        44332211 44444444 4444444444 44445555 44magnum 4506802a 45454545 456123789 456456456 456789123 45m2do5bs 48151623
        4815162342 4815162342lost 4904s677075 49527843 495rus19 4children 4everlove 4myspace 4r3e2w1q 4rfv3edc 4rfv5tgb
        4wheeler 4z34l0ts 4z3al0ts 50spanks 51051051051 51505150 52678677 541233432442 54132442 551scasi 5532361cnjqrf
        554uzpad 55555555 555555555 5555555555 55556666 555666777 55667788 55832811 55bgates 56565656 565hlgqo 5845201314
        5hsu75kpot 5plk4l5uc7 5t4r3e2w1q 5t6y7u8i 5tgb6yhn 5wr2i7h8 5x1cjdsb9p 5xfgs3ii9d 62717315 634142554 640xwfkv
        65mustang 66613666 66666666 666666666 6666666666 66mustang 67camaro 67mustang 686xqxfg 68camaro 69213124 69696969
        69camaro 69cougar 69mustang 6hbf28w791 6strings 6v21wbgad 73501505 74107410 74108520 74123698 741236985 741258963
        74185296 741852963 74227422 748159263 7777755102q 77777777 777777777 7777777777 77777778 7777777a 777888999 777angel
        786786786 78787878 789123456 78945612 789456123 7894561230 789456123a 78963214 789632145 789654123 789789789
        78n3s5af 794613852 7elephants 7hrdnw23 7ugd5hip2j 80070633pc 808state 85208520 863abgsg 87654321 87654321q 88888888
        8888888888 890098890 89015173454 89231243658s 89600506779 89898989 8ix6s1fceh 8j4ye3uz 8phrowz622 8phrowz624
        9-11-1961 90909090 911turbo 918273645 9293709b13 92dk2cidp 92k2cizcdp 96321478 963258741 96385274 963852741
        9638527410 98741236 987412365 98745632 987456321 98765432 987654321 9876543210 9876543211 987654321a 987654321q
        989244342a 99762000 99887766 999111999q 99999999 999999999 9999999999 9uzp9jek3f <password> ???????? ?????????
        ?????????? ??????@mail.ru a1111111 a12121212 a1234567 a12345678 a123456789 a1234567890 a123456a a1a1a1a1 a1a2a3a4
        a1a2a3a4a5 a1b2c3d4 a1b2c3d4e5 a1s2d3f4 a1s2d3f4g5 a7777777 a838hfid a987654321 aa123123 aa123321 aa123456 aaa123123
        aaa123456 aaaa1111 aaaaaaa1 aaaaaaaa aaaaaaaa1 aaaaaaaaa aaaaaaaaa1 aaaaaaaaaa aabb1122 aabbccdd aaliyah1 aardvark
        aaron123 aaron431 aassddff ab123456 abc12345 abc123456 abc1234567 abc123456789 abc123abc abcd1234 abcd12345
        abcd123456 abcde123 abcde12345 abcdef12 abcdef123 abcdefg1 abcdefg123 abcdefgh abcdefgh1 abcdefghi abcdefghij
        abdullah abercrom abercrombie aberdeen abhishek abigail1 abnormal abracada abracadabra abraham1 abrakadabra absolute
        abulafia abundance academia acapulco access12 access14 access20 access99 accessno account1 accounting acerview
        aceshigh achilles acidburn acidrain acun3t1x ad123456 adam1234 addison1 adekunle adelaide adelphia adgjmptw
        adidas123 admin123 admin1234 admin18533362 administrator admiral1 adrenali adrenalin adrian12 adrian123 adriana1
        adrianna adrianna1 adrienne advantag adventur adventure advocate aerosmit aerosmith aerosmith1 afghanistan afrodita
        agent007 agnieszka agustina ahmed123 airborne airborne1 airedale airforce airforce1 airplane airplane1 aishiteru
        aishwarya ajcuivd289 akatsuki akax89wn akopa123 alabama1 alakazam alastair albacore albatros alberto1 alcatraz
        alejandr alejandra alejandra1 alejandro alejandro1 aleksander aleksandr aleksandra alemania alessand alessandr
        alessandra alessandro alevtina alex1234 alex1990 alex1996 alex2000 alexalex alexande alexander alexander1 alexander2
        alexander3 alexandr alexandra alexandra1 alexandre alexandria alexandru alexis01 alexis09 alexis11 alexis12
        alexis123 alexis13 alexsandr alfarome alfaromeo alfonso1 alfred19 alfredo1 algernon alhambra alicante alice123
        aligator alinochka alkaline alladin79 allah786 allahakbar allahis1 allahuakbar allalone allblack allen123 alleycat
        alliance alligato alligator allison1 alliswell allnight allstar1 allstars allstate almighty alohomora alondra1
        aloysius alpacino alpha123 alphabet alphaman alphaone alskdjfhg alterego alyssa12 alyssa123 amanda01 amanda11
        amanda12 amanda123 amanda13 amanda18 amanda21 amanda22 amanda69 amandine amarillo amateurs amatuers amazing1
        amber123 ambition ambrosia ambulanc amdturion64 america1 america10 america12 america123 america13 america2 american
        american1 amethyst amoramor amorcito amoremio amoureux amsterda amsterdam amsterdam1 anabolic anaconda anakonda
        anamaria anarchy1 anastasi anastasia anastasia1 anastasiya anatoliy anderson anderson1 andre123 andrea12 andrea123
        andreas1 andreeva andretti andrew01 andrew10 andrew11 andrew12 andrew123 andrew13 andrew21 andrew22 andrey123
        andromed andromeda andyod22 anfield1 angel101 angel123 angel1234 angel666 angel777 angelbaby angelbaby1 angeleye
        angeleyes angeleyes1 angelface angelica angelica1 angelika angelina angelina1 angeline angeliqu angelique angelita
        angelito angelito1 angelo4ek angelofwar angie123 anhyeuem animals1 animation anime123 anna1987 anna2614 annaanna
        annabell annabelle annabelle1 annalisa annamari annamaria annelies annemari annemarie annette1 annie123 annmarie
        anno1602 annushka anonymou anonymous another1 anteater antelope anthony01 anthony1 anthony11 anthony12 anthony123
        anthony13 anthony15 anthony2 anthony21 anthony22 anthony23 anthony3 anthony4 anthony5 anthony6 anthony7 antigone
        antivirus antoine1 antoinette anton123 antonell antonella antonia1 antonina antonio1 antonius antoshka anuradha
        anything anything1 aobo2010 aolsucks aphrodite apocalypse apokalipsis apollo11 apollo13 apple123 applemac applepie
        applepie1 apples12 apples123 applesauce apsk54321 aptx4869 aq1sw2de3 aqswdefr aquafina aqualung aquarius aqwzsxedc
        arabella arachnid aragorn1 arcangel archange archangel architec architect arcobaleno arcturus areyukesc argentin
        argentina argentina1 argentum argonaut arhangel arianna1 arizona1 arkansas armadill armageddon armagedon armando1
        armstron armstrong arrowhea arschloch arschloch1 arsehole arsenal1 arsenal123 arsenal14 arsenal2 arsenalf arsenalfc
        art131313 artofwar arwpls4u as123456 as790433 asasasas asd12345 asd123456 asd123asd asd666fds asdasd123 asdasd666
        asdasdas asdasdasd asdf1234 asdf12345 asdf123456 asdf3423 asdfasdf asdfasdf1 asdffdsa asdfg123 asdfg12345 asdfgh01
        asdfgh12 asdfgh123 asdfghj1 asdfghjk asdfghjk1 asdfghjkl asdfghjkl1 asdfghjkl123 asdfghjkl: asdfghjkl:&#39:
        asdfghjkl; asdfjkl1 asdfjkl: asdfjkl; asdfqwer asdfzxcv asdqwe123 asdzxc123 asfnhg66 ashanti1 ashleigh ashleigh1
        ashley01 ashley10 ashley11 ashley12 ashley123 ashley13 ashley14 ashley15 ashley16 ashley17 ashley18 ashley21
        ashley22 ashley23 ashley69 asmodeus aspirine assa1234 assassin assassin1 assassins assclown asscrack asshole!
        asshole1 asshole12 asshole123 asshole2 asshole3 asshole69 assholes asslicker asslover assmaste assmunch asswipe1
        assword1 astalavista asterios asterix1 astonmartin astonvil astonvilla astroboy asturias atlanta1 atlantic atlantida
        atlantis atlars10 atreides attitude august10 august11 august12 august13 august14 august15 august16 august17 august18
        august19 august20 august21 august22 august23 august24 august25 august26 august27 august28 august29 august30 august31
        augustin augustine augustus aurelien aurelius austin01 austin10 austin11 austin12 austin123 austin13 austin31
        austin316 australi australia australia1 autechre autobahn autopass avalanch avalanche avangard avemaria avenger1
        aventura avondale avrillavigne awesome! awesome1 awesome123 az123456 azathoth azerty12 azerty123 azertyui azertyuiop
        azsxdcfv azsxdcfvgb azwebitalia b0ll0cks b1234567 b123456789 babatunde babemagn babemagnet baberuth babushka
        baby1234 baby2008 babybaby babybaby1 babybear babyblue babyblue1 babyboo1 babyboy1 babyboy12 babyboy123 babyboy2
        babycake babycakes babycakes1 babydoll babydoll1 babyface babyface1 babygirl babygirl! babygirl01 babygirl07
        babygirl08 babygirl09 babygirl1 babygirl10 babygirl11 babygirl12 babygirl13 babygirl14 babygirl15 babygirl16
        babygirl17 babygirl18 babygirl19 babygirl2 babygirl20 babygirl21 babygirl22 babygirl23 babygirl24 babygirl3
        babygirl4 babygirl5 babygirl6 babygirl69 babygirl7 babygirl8 babygirl9 babygurl babygurl1 babygurl12 babygurl13
        babygurl2 babylon5 babylove babylove1 babyphat babyphat1 bacardi1 backbone backdoor backlash backspac backspace
        backspace1 backstreet badabing badbitch1 badboy12 badboy123 badboy69 badgirl1 badgirls badkarma badkitty badlands
        badminton badnaamhere baggies1 baggins1 bagheera bagpipes bailey01 bailey11 bailey12 bailey123 baili123com bajingan
        bakayaro baldrick balefire baller12 baller21 baller22 baller23 baller24 ballerina ballin12 ballin23 balloons
        ballsack baltazar baltimor baltimore baltimore1 banana11 banana12 banana123 bananas1 banderas bandit01 bandit12
        bandit123 bangalore bangbang bangbang1 bangkok1 bangladesh banshee1 baphomet baptiste baracuda barakuda barbados
        barbara1 barbaria barbarian barbie12 barbie123 barcelon barcelona barcelona1 barcelone barclays bareback barefeet
        barefoot baritone barkley1 barracud barracuda barselona bartende baseba11 basebal1 baseball baseball! baseball09
        baseball1 baseball10 baseball11 baseball12 baseball13 baseball14 baseball15 baseball16 baseball17 baseball18
        baseball2 baseball20 baseball21 baseball22 baseball23 baseball24 baseball25 baseball3 baseball4 baseball5 baseball6
        baseball7 baseball8 baseball9 basketba basketbal basketbal1 basketball basketball1 bassboat bassfish bassingw
        bassline bassman1 bassmast bastard1 bastardo batista1 batman01 batman11 batman12 batman123 batman13 batman23
        batman69 batman99 batterse battlefield bautista bayadera bayliner baywatch bbbbbbb1 bbbbbbbb bbleo1zz bcfields
        beachboy beachbum beaches1 bearbear bearbear1 bearcats bearshar bearshare beatles1 beatrice beatrice1 beautifu
        beautiful beautiful1 beautiful2 because1 beckham1 beckham23 beckham7 beefcake beethove beethoven behemoth believe1
        belinda1 bella123 bellagio bellevue bellissima belochka beloved1 bendover benedict benedikt benessere bengals1
        benjamin benjamin1 benjamin15 benladen bennett1 bennyboy bentley1 berenice bergkamp berkeley berliner bernadette
        bernard1 bernardo bernhard berserke berserker bertrand besiktas bestfriend bestfriends beszoptad bethany1 bettyboo
        bettyboop bettyboop1 beverly1 beyblade beyonce1 bigballs bigballs1 bigbird1 bigblack bigblock bigboobs bigbooty
        bigboss1 bigboy12 bigboy123 bigbrother bigbucks bigbutts bigcocks bigdaddy bigdaddy1 bigdick1 bigdicks bigdog69
        bigfella bigfoot1 biggdogg biggirls bighead1 bigmama1 bigmoney bigmoney1 bignasty bigpenis bigpimp1 bigpimpi
        bigpimpin bigpimpin1 bigpoppa bigpussy bigsexy1 bigstick bigtits1 bigtitts bigtruck bigtymer bigwilly bikerboy
        billabon billabong billabong1 billiard billy123 billybob billybob1 billyboy billyjoe bingbong bingo123 binladen
        biohazar biohazard biologia bionicle birdhouse birdland birdman1 birmingham birthday birthday1 birthday21
        birthday299 birthday4 birthday54 biscuit1 bisexual bismarck bismilah bismilla bismillah bismillah1 bitch101 bitch123
        bitchass bitchass1 bitches1 bitches2 biteme69 bkl29m2bk blablabl blablabla black123 black666 blackadd blackass
        blackbea blackbel blackbelt blackber blackberry blackbir blackbird blackbox blackboy blackbur blackcat blackcat1
        blackcoc blackcock blackdog blackdog1 blackeye blackhaw blackhawk blackhol blackice blackie1 blackjac blackjack
        blackjack1 blacklab blackman blackman1 blackmen blackops blackout blackrose blackrose1 blackshe blacksta blacksun
        blacktop blackwater bladerun bladerunner blahblah blahblah1 blasted1 blaster1 blastoff blaze420 blenheim blessed1
        blessed2 blessed7 blessing blessing1 blessings blingbling blink123 blink182 blizzard blizzard1 blogs123 blondie1
        blondinka blood123 blood4life bloopers blossom1 blowfish blowjob1 blowjobs blowme69 blue1234 bluearmy blueball
        bluebear bluebell blueberr blueberry blueberry1 bluebird bluebird1 blueblue bluedevi bluedog1 blueduck blueeyes
        blueeyes1 bluefish bluegill bluegras bluejays blueline bluemoon bluemoon1 bluenose bluenote bluerose bluesky1
        bluesman bluestar bmw325is bmw330ci bmx4life bobafett bobby123 bobbyboy bobdylan bobesponja bobmarle bobmarley
        bobmarley1 bocephus bodyshop boeing74 bollocks bollocks1 bologna1 bondage1 bondarenko bonefish bonehead bonethug
        bonghits bonjour1 bonjovi1 boobear1 boobies1 boobies2 booboo12 booboo123 boogaloo bookcase bookmark bookworm
        boomboom boomboom1 boondock bootcamp bootneck borabora bordeaux boricua1 boris123 borussia boscoe01 bossman1
        bosstone boston12 boulette bowhunte bowling1 boyfriend boyfriend1 boyscout br00klyn bradford bradley1 bradpitt
        brandon01 brandon1 brandon11 brandon12 brandon123 brandon13 brandon2 brandon3 brandon5 brandon7 brasilia bravehea
        braveheart braxton1 brayden1 brazzers breakers breakfas breanna1 brehznev brendan1 brendon1 brennan1 brentfor
        bretagne brethart brewster brian123 brianna1 brianna2 briciola bridget1 brighton brigitte brilliant brisbane
        britney1 britneys brittany brittany1 brittany12 brittany2 brittney brittney1 broadway brokenhear broncos1 broncos7
        broodwar brooke12 brooklyn brooklyn1 brooklyn2 brother1 brothers brothers1 browncow browndog browneye browneyes
        browneyes1 brownie1 brownsugar brucelee brucelee1 bruiser1 bruno123 bryan123 bryant24 bubba123 bubbadog bubble01
        bubblegu bubblegum bubblegum1 bubbles! bubbles1 bubbles12 bubbles123 bubbles2 bubbles3 buckeye1 buckeyes buckeyes1
        buckfast buckshot buckskin buckster buckwhea buckwheat budapest buddy123 buddyboy buddyboy1 buddydog budlight
        budlight1 budweise budweiser budweiser1 buffalo1 buffalos buffy123 bugsbunn bugsbunny bugsbunny1 bukowski bulldawg
        bulldog1 bulldog2 bulldogg bulldogs bulldogs1 bullfrog bullhead bullride bullseye bullshit bullshit1 bullwink
        bumblebe bumblebee bumblebee1 bungalow bunghole bunnies1 bunny123 buratino burunduk bushido1 business business1
        businessbabe bustanut buster01 buster11 buster12 buster123 buttercu buttercup buttercup1 butterfl butterfly
        butterfly! butterfly0 butterfly1 butterfly2 butterfly3 butterfly4 butterfly5 butterfly6 butterfly7 butterfly8
        butterfly9 butters1 buttface buttfuck butthead butthead1 butthole butthole1 buttlove buttmunc buttocks buttons1
        buttplug bvgthfnjh bvp33w7epu bwfq23jp7f bynthytn byusdg23 c.ronaldo c123456789 c3por2d2 c43qpul5rz cab4ma99
        caballer caballero cabernet cabibble cableguy cabowabo cachondo cachorro cadillac cadillac1 cadr14nu caitlin1
        caitlyn1 calamity calavera calculator caliente californ californi california caligula calimero callaway callisto
        callofduty camaro69 camaross camaroz2 camaroz28 cambiami cambridg cambridge camelot1 cameltoe cameron1 cameron2
        camille1 campbell campbell1 canada123 canadian canadien cancer69 candace1 candice1 candy123 candyass candycan
        candycane candycane1 candygirl1 candyman candyman1 cannabis cannibal cannonda cannondale cantona7 capetown capital1
        capitals capoeira capricor capricorn capricorn1 capricornio capslock captain1 capucine caramel1 caramelo cardigan
        cardinal cardinal1 cardinals cardinals1 care1839 carebear carebear1 carebears1 career121 carefree carlitos carlitos1
        carlos12 carlos123 carlos13 carlotta carlton1 carmelo15 carnival carol123 carolcox carolina carolina1 caroline
        caroline1 carolyn1 carpedie carpediem carpediem1 carpente carpenter carrera4 carter15 carthage cartman1 cartoon1
        cartoons casablan casablanca casanova casey123 caseydog cashflow cashmone cashmoney cashmoney1 casper12 casper123
        cassandr cassandra cassandra1 cassidy1 cassie12 cassie123 castaway castillo catalina catalina1 catarina catdaddy
        catdog12 catdog123 caterham caterina catfight catfish1 catherin catherine catherine1 catlover catmando catsdogs
        catwoman cavalier caveman1 cbr600rr cbr900rr cdtnjxrf cdtnkfyf cdznjckfd cecilia1 celeste1 celestia cellphon
        cellphone cellphone1 celtic123 celtic1888 celtic67 celtic88 celticfc celtics1 centauri central1 centrino centurion
        cepetsugih cerberus cezer121 cfitymrf chainsaw challeng challenge challenger chamonix champagn champagne champion
        champion1 champions chandler chandler1 change1234 changeit changeme changeme1 chantelle characte character charger1
        chargers chargers1 chargers21 charisma charity1 charlene charlene1 charles1 charles2 charley1 charlie01 charlie1
        charlie11 charlie12 charlie123 charlie2 charlie3 charlie4 charlie5 charlie6 charlie7 charlie9 charlieb charlies
        charlott charlotte charlotte1 charlton charmaine charmed1 charmed3 charming chase123 cheater1 cheburashka checkers
        checkmat checkmate cheer101 cheer123 cheerios cheerleade cheerleader cheerleaers cheese11 cheese12 cheese123
        cheesecake cheetah1 chelsea0 chelsea1 chelsea11 chelsea12 chelsea123 chelsea2 chelseafc chelsey1 chemical chemistr
        chemistry cherokee cherokee1 cherries cherries1 cherry12 cherry123 cheshire chessman chester1 chester2 chestnut
        chevelle chevelle1 chevrole chevrolet chevrolet1 chevy454 chevyman chevys10 chevyz71 chewbacc chewbacca cheyanne
        cheyenne cheyenne1 chgobndg chicago1 chicago2 chicago23 chicharito chicken! chicken1 chicken12 chicken123 chicken2
        chicken3 chicken5 chicken7 chickens chickens1 chickenwing101 chico123 chihuahua chihuahua1 children children1
        children2 children3 children4 chilidog chillout chimaera china123 chinacat chinaman chinchilla chinchin chipmunk
        chipper1 chipper10 chiquita chiquita1 chivas10 chivas100 chivas11 chivas12 chivas123 chivas13 chloe123 choclate
        chocolat chocolate chocolate! chocolate1 chocolate2 chocolate3 chocolate7 choochoo chopper1 choppers chouchou
        choupette chris123 chris1234 chrisbln chrisbrown chrissie chrissy1 christelle christer christia christian christian1
        christian2 christie christin christina christina1 christine christine1 christma christmas christmas1 christof
        christop christophe christopher christopher1 christos christy1 chronic1 chronic420 chrysler chuckie1 chuckles
        churchil churchill ciaociao cidkid86 cigarett cinderella cindy123 cingular cingular1 cinnamon cinnamon1 ciscokid
        citibank civilwar cjkysirj cjmasterinf cjrjkjdf clambake clarence clarence1 clarinet clarissa clarisse class2010
        classic1 classics classof06 classof07 classof08 classof09 classof200 classof201 claudia1 claudine claymore clayton1
        clemence clementine clemson1 cleopatr cleopatra cleopatra1 clevelan cleveland cleveland1 clifford clifford1 clinton1
        clippers clitlick clitoris close-up clubpenguin clueless cm6e7aumn9 cnfybckfd cnhjbntkm cnhtrjpf cnjvfnjkju cntgfirf
        cobblers cobra427 cobrajet coca-cola cocacola cocacola1 cocaine1 coccinella cockring cocksuck cocksucker cocoloco
        coconut1 cocopuff cocorico codeblue coldbeer coldfire coldplay coldplay1 coleman1 collants collecti colleen1
        college1 collins1 colocolo colole57 colombia colombia1 colorado colorado1 colossus colt1911 coltrane columbia
        columbus comanche combat123654 comcast1 comeon11 comicbook comicbookdb commande commander commando commerce commodor
        community compaq12 compaq123 compton1 computador computadora computer computer1 computer12 computer123 computer2
        computers concorde concrete confidence confused confused1 connect1 connecti connection consense constance constantin
        consuelo consumer continue contortionist contrase contrasena control1 converse converse1 cookie01 cookie11 cookie12
        cookie123 cookie13 cookiemons cookies1 cookies12 cookies123 cookies2 cool1234 cool123456 coolbean coolbeans
        coolbeans1 coolboy1 coolcat1 coolcool cooldude cooldude1 coolgirl coolgirl1 coolguy1 coolhand coolkid1 coolman1
        coolness coolness1 cooper12 coorslig copenhag copenhagen corazon1 coregmedia corentin corleone cornbrea cornelia
        cornelius cornhole cornholi cornwall cortland corvet07 corvett1 corvette corvette1 costaric costarica cosworth
        cougars1 counchac countach counter1 counterstrike country1 countryboy countyli couponmom couponsc10 courtney
        courtney1 couscous coventry cowboys1 cowboys2 cowboys22 cowboys81 cowboys9 cowboyup cowgirl1 cracker1 crackers
        crackhea crackhead crackhead1 cracksevi cranberr crawford crazy123 crazybab crazybitch crazydog crazygirl crazygirl1
        crazyman crazyzil creampie creatine creation creative creative1 creepers creosote crepusculo crescent crevette
        cricket1 criminal crimson1 crip4life crippler cristian cristian1 cristiano cristiano7 cristina cristina1 critters
        crjhgbjy crocodil crocodile cronaldo crosby87 crossfire croucher crownvic crusader cruzazul cruzazul1 crystal1
        crystal123 crystal2 csfbr5yy ctdfcnjgjkm cthuttdbx cthuttdyf cubbies1 cucciola cucciolo cucumber cuddles1 culinary
        cumeater cumshots cuntlick cuntsoup cupcake1 cupcake12 cupcake123 cupcake2 cupcakes curious1 cutegirl cutie101
        cutie123 cutiepie cutiepie1 cutiepie12 cvbhyjdf cvtifhbrb cvzefh1gkc cxfcnkbdfz cxfcnmttcnm cyberonline cybersex
        cyclones cyclops1 cyecvevhbr cygnusx1 cyjdsvujljv cynthia1 d1234567 d123456789 d1i2m3a4 d1lakiss d2xyw89sxj
        d71lwz9zjs d9zufqd92n dad2ownu dadadada daddy123 daddygirl1 daddysgirl daedalus daffodil dagestan dagobert daisy123
        daisydog daisymae daisymay dakota12 dalejr88 dallas12 dallas123 dallas21 dallas214 dallas22 dallastx damage11
        damilola dance123 dance4life dancer12 dancer123 dancing1 dangerou dangerous dangerous1 daniel01 daniel10 daniel11
        daniel12 daniel123 daniel13 daniel14 daniel15 daniel19 daniel21 daniel22 daniel23 daniela1 danielit daniella
        danielle danielle1 danielle12 danielle2 danijela danil8098 danny123 dannyboy dannyboy1 danthema dantheman dapzu455
        daredevi daredevil darkange darkangel darkangel1 darkjedi darkknig darkknight darklord darkmoon darkness darkness1
        darknight darkside darkside1 darkstar darkstar1 darkwing darkwolf darlene1 darling1 darnell1 darrell1 darthmau
        darthvad darthvader dasha123 dashadasha datalife datalore datnigga daughter daughter1 davecole david123 davidkin
        davidoff davidson daydream daytona1 dbjktnnf dbrnjhbz dbrnjhjdbx dbrnjhjdyf dcunited dd123456 ddddddd1 dddddddd
        dddddddddd ddzj39cb3 deadhead deadlift deadman1 deadmau5 deadmeat deadpool deadspin deadwood dearbook death123
        death666 deathnote deathnote1 deathrow deathsta deborah1 december december1 december10 december11 december12
        december13 december19 december20 december21 december22 december23 december25 dedewang deepblue deepthro deepthroat
        deerhunt deerhunter deeznuts deeznutz defender defiant1 deftones deftones1 delacruz delasoul delicious delicious1
        delilah1 delldell delorean delphine delpiero delpiero10 delta123 deltaforce demilovato demon123 demon1234 demon12345
        demon1q2w3e demon1q2w3e4r demon1q2w3e4r5t demon666 denis123 dennis123 depechemode derp12!@ derparol derrick1
        desember designer designer1 desiree1 desmond1 desperad desperado desperados destiny1 destiny12 destiny123 destiny2
        destiny3 destiny7 destroye destroyer detectiv detroit1 detroit313 deusefiel deutschland devil666 devildog
        devildriver devilman devilmaycry devilmaycry4 dewayne1 dfa72dfj dfcbkbcf dfcbkmtd dfcbkmtdf dfg5fhg5vgfh1 dfkmrbhbz
        dfktynby dfktynbyf dgl70460 dhjnvytyjub diablo66 diablo666 diamante diamond1 diamond12 diamond123 diamond2 diamond3
        diamond7 diamonds diamonds1 diana123 diciembr diciembre dickface dickhead dickhead1 dickless dickweed dictiona
        dictionary didididi diego123 dietcoke dietcoke1 digimon1 digital1 digiview dilbert1 dilligaf dillweed dima1234
        dima12345 dima1993 dima1995 dima1996 dima1997 dima2000 dima2010 dimadima dimensio dimension dimples1 dingdong
        dingdong1 dinosaur dinosaur1 diogenes dionysus diosesamo diosesamor diosesfiel dipstick director direwolf dirtbike
        dirtbike1 dirtyboy dirtydog discgolf discover discovery disneyland disturbe disturbed disturbed1 divorce1 diwtgm8492
        dixiedog djg4bb4b djgabbab djkrjlfd djkujuhfl dkflbckfd dkflbvbh dkflbvbhjdbx dkflbvbhjdyf dkxjizc282 dmitriev
        doberman dodgeram dodgers1 dogbreat dogfight doggy123 doggydog doggysty doggystyle doghouse doglover doglover1
        dogpound dolemite dolittle dollface dolomite dolores1 dolphin1 dolphin2 dolphins dolphins1 dolphins13 doma77ns
        domainlock2005 domenica domenico dominator dominic1 dominican1 dominick dominik1 dominika dominion dominiqu
        dominique dominique1 donovan1 dont4get dontforget dontknow doodlebug dookenr1 doomsayer.2.7mords.v
        doomsayer.2.7mords.vv doomsday doorknob doraemon doromich dorothy1 dortmund dothedew doudoune doughboy douglas1
        downhill download downtown dpbk1234 dr.pepper draconis dragon00 dragon01 dragon10 dragon11 dragon12 dragon123
        dragon13 dragon21 dragon22 dragon23 dragon66 dragon666 dragon69 dragon76 dragon77 dragon88 dragon99 dragonba
        dragonball dragonballz dragonfire dragonfl dragonfly dragonfly1 dragons1 dragoon1 dragrace dragster dramaqueen
        dreamcas dreamcast dreamer1 dreamers dreamgirl dreaming drjynfrnt dropdead dropkick dropzone drowssap drowssap1
        drpepper drpepper1 drumline drummer1 drummers dt123456 dthjybrf dthyjcnm dtkjcbgtl dtxyjcnm ducati99 duchess1
        duckhunt duckling ducksoup duffbeer dumbass1 dupadupa dupont24 duracell durango1 dustydog dutchess dutchess1
        dutchman dylan123 dynamite dynastar dynasty1 dzxtckfd e3r4t5y6 eae21157 eagle123 eagleeye eagleone eagles05 eagles12
        earnhard earnhardt3 earthlin earthlink eastside eastside1 eastside13 eastwood eatmenow eatmeraw eatpussy eatshit1
        ebenezer echizen18 eclipse1 economics ecuador1 eddie123 edelweis edgewise edinburg edinburgh eduardo1 education
        education1 edward12 edward123 edward17 edwardss efbcapa201 eggplant eh1k9oh335 eightbal eightball einstein einstein1
        eintrach ejaculation ekaterina elaine22 elbereth elcamino eldiablo eldorado eleanor1 electric electric1 electrical
        electron electronics elefante elektrik element1 element2 elementa elements elenberg eleonora elephant elephant1
        eleven11 elfquest elfstone elisabet elisabeth elisabetta elizabet elizabeth elizabeth1 elizabeth2 elizabeth3
        elizabeth7 elizaveta elliott1 elsalvador elvira26 elvis123 emachine emachines emachines1 emanuel1 emanuela emanuele
        embalmer emerald1 emerica1 emerson1 emiliano emily123 eminem12 eminem123 emmanuel emmanuel1 emmitt22 emotional
        employment emyeuanh enamorad endymion energize enforcer engineer engineer1 england1 english1 enrique1 enter123
        enternow enterpri enterprise envision epaulson epiphone episode1 eqes606898 erection ericsson ernesto1 escalade
        escorpio escorpion esmerald esmeralda esmeralda1 esperanz esperanza esperanza1 espresso essendon estefania estrella
        estrella1 estrellita eternal1 eternity eternity1 ethan123 ethernet euphoria evanescence evangeli evangelion evenflow
        evergree evergreen everlast evermore everques everquest everton1 everyday everythi everything evgeniya evildead
        evildick evolutio evolution evolution1 evony123 evony192 excalibe excalibu excalibur excellen excellent executiv
        expert12 exploite explorer explorer1 express1 extreme1 eyecandy ezequiel f00tball f15eagle fabienne fabolous
        fabregas fabrizio fabulous fabulous1 facebook facebook1 facefuck failsafe fairfiel fairlane fairmont fairview
        faith123 faithful faithful1 fakepass falcon16 falcons1 falcons7 fallout2 fallout3 falloutboy falstaff familia1
        family01 family12 family123 family1st familyguy familyguy1 fandango fantasia fantasti fantastic fantastic4 fantasy1
        fantomas fantomen farfalla farscape farside1 fartface fartripper fashion1 fastback fastball fastcars fastfood
        fastlane fatluvr69 fatpussy favorite2 favorite5 favorite6 favorite7 favorite8 fcbarcelona fcbayern fearless
        fearless1 feather1 feathers february feder_1941 federica federico fedorova feelgood felicia1 felicidad felicidade
        felicita felicity felipe123 felix123 fellatio fellowes fener1907 fenerbahce ferdinan ferdinand ferguson fernanda
        fernandes fernandez fernando fernando1 ferrari1 ferrari2 ferrari3 ferreira feuerwehr feyenoord fffffff1 ffffffff
        ffvdj474 fgjrfkbgcbc fgtkmcby fhntv1998 fhvfutljy fickdich fiction7 fidelity fightclu fightclub fighter1 filibert
        film@123 filomena finalfan finalfantasy find_pass fiorella fiorentina fireball fireball1 firebird firebird1 fireblad
        fireblade firefigh firefighter firefly1 firefox1 firehawk fireman1 firestar firestarter firestor firestorm firetruc
        firewall firework fish1234 fishbait fishbone fishcake fisherma fisherman fisherman1 fishface fishfish fishfood
        fishhead fishing1 fishtank fistfuck fitness1 fivestar fk3456abc fkbyf001 fkbyjxrf fkg7h4f3v6 fkmnthyfnbdf fktrcfylh
        fktrcfylhf fktrcfylhjdbx fktrcfylhjdyf fktyeirf fktyjxrf flamenco flamengo flamingo flamingo1 flapjack flash123
        flashman flatblocker flathead flatline fleetwoo fletcher fletcher1 flexible flhtyfkby flintsto flipflop flipmode
        flipper1 flipside florence florence1 florencia florida1 florida2 flounder flower11 flower12 flower123 flowerpower
        flowers1 flowers2 fluffy123 flvbybcnhfnjh flyers88 fnkfynblf followme footbal1 football football! football.
        football01 football07 football08 football09 football1 football10 football11 football12 football123 football13
        football14 football15 football17 football18 football2 football20 football21 football22 football23 football24
        football25 football3 football32 football33 football34 football4 football44 football5 football55 football6 football69
        football7 football77 football8 football88 football9 football99 foothill footlong footlove forbidde ford9402 fordf150
        fordf250 fordf350 fordfocus fordtruc fordtruck foreplay foreskin forest11 forever1 forever12 forever123 forever2
        forever21 forgetit forgiven forgotte forgotten forgotten1 forklift formula1 forrest1 forsaken fortune12 fortytwo
        forzainter forzajuve forzamilan forzanapoli forzaroma foucault fountain foxglove foxhound foxracing1 foxtrot1
        foxylady fqrg7cs493 frances1 francesc francesca francesca1 francesco francine francis1 francisc francisca francisco
        francisco1 francois francoise frank123 frankfur frankie1 franklin franklin1 frdfhbev freckles freckles1 fred1234
        fredderf freddie1 frederic frederick frederik fredfred fredrick free4all freebird freebird1 freedom1 freedom123
        freedom2 freedom3 freedom7 freefall freefree freelanc freelove freeman1 freepass freeporn freeport freeride
        freestuff freestyl freestyle freestyle1 freetime freeuser freewill freeze112 freiheit frenchie fresh123 frfltvbz
        friday13 friedric friendly friends! friends1 friends12 friends123 friends2 friends3 friends4 friends4ev friends7
        friendship friendste friendster frogger1 froggie1 froggies froglegs front242 frontera frontier fruitbat fu7u4a#$$$
        fuck1234 fuck_inside fuckedup fucker11 fucker123 fucker69 fuckers1 fuckface fuckface1 fuckfest fuckfuck fuckfuck1
        fuckhard fuckhead fuckhole fucking1 fuckinside fucklife fucklove fucklove1 fucklove13 fuckme123 fuckme69 fuckmeha
        fuckmehard fuckmenow fuckmylife fuckoff! fuckoff1 fuckoff123 fuckoff2 fuckoff69 fuckshit fuckslut fuckthat
        fucktheworld fuckthis fuckthis1 fucku123 fuckyeah fuckyou! fuckyou. fuckyou0 fuckyou1 fuckyou11 fuckyou12 fuckyou123
        fuckyou13 fuckyou2 fuckyou21 fuckyou22 fuckyou23 fuckyou3 fuckyou4 fuckyou420 fuckyou5 fuckyou6 fuckyou666 fuckyou69
        fuckyou7 fuckyou8 fuckyou9 fuckyoubit fujifilm fuk19600 fuku00198 fullaccess fullback fullmetal fullmoon fullsail
        fumanchu funhouse funmilola funny123 funnyman funstuff funtimes fussball futurama futyn007 fuzzball fxzz75$yer
        fxzz75yer fyfcnfcbz fyfnjkbq fyfrjylf fylhjvtlf fylhtqrf fynjybyf fyutkbyf fyutkjxtr g13916055158 g9l2d1fzpy
        gabby123 gabriel1 gabriel123 gabriel2 gabriela gabriela1 gabriele gabriell gabriella gabriella1 gabrielle gabrielle1
        gadzooks galactic galactus galadriel galatasaray galeries gallaghe gallardo gallaries gameboy1 gamecock gamecube
        gamecube1 gameover games123 gametime gandalf1 gandalf2 gangbang gangbanged gangsta1 gangsta123 gangsta2 gangsta6
        gangstar gangster gangster1 ganjaman ganjubas gannibal ganymede gardenia garfield garfield1 gargamel gargoyle
        garrett1 gateway1 gateway2 gateways gatorade gatorade1 gauntlet gayathri gbgbcmrf gbhfvblf gblfhfcs gbpacker
        gcheckout gearhead gearsofwar geheim123 geibcnbr gemstone general1 generation genesis1 geneviev genevieve geoffrey
        george01 george12 george123 georgia1 georgie1 georgina geraldin geraldine germania germany1 geronimo gerrard8
        gerrity1 gertrude gesperrt getalife getmoney getmoney1 getmoney2 getnaked getsdown getsmart gettherefast gfccdjhl
        gfgfvfvf gfhfljrc gfhjkm12 gfhjkm123 gfhjkmgfhjkm gfhjkmxbr gfhjkzytn gfhkfvtyn gfhnbpfy gfif1991 gfyfcjybr gggggggg
        ghbdtn12 ghbdtn123 ghbdtnbr ghbdtnbr1 ghbdtnbrb ghbdtndctv ghbdtnghbdtn ghbdtnrfrltkf ghblehjr ghblehrb ghbrjkbcn
        ghbrjkmyj ghbywtccf ghhh47hj7649 ghjcnbnenrf ghjcnj123 ghjcnjgfhjkm ghjcnjghjcnj ghjcnjnfr ghjcnjrdfibyj ghjdthrf
        ghjnjnbg ghjnjrjk ghjuhfvvf ghjvtntq ghost123 ghostdog ghostman ghostrid ghostrider ghtktcnm ghtpbltyn giancarlo
        gianluca gibsonsg gigabyte giggles1 gilbert1 gilberto gilgames ginger01 ginger11 ginger12 ginger123 ginscoot
        ginuwine giovanna giovanni giovanni1 giraffe1 girasole girfriend girlfriend girlpower girls123 girlsrule giuliana
        giuseppe giveitup gizmo123 gizmodo1 gjhjctyjr gjkbyjxrf gladiato gladiator gladston glendale glennwei glenwood
        glitter1 gmctruck gn56gn56 gnasher23 gobigred gobrowns godbless godbless1 godblessme goddess1 godfathe godfather
        godfather1 godhelpme godisgood godisgood1 godisgreat godislove godislove1 godlovesme godofwar godslove godsmack
        godsmack1 godspeed godzilla godzilla1 gogators gogiants golakers goldberg goldeney goldeneye goldfing goldfinger
        goldfish goldfish1 goldmine goldrush goldsink goldstar goldwing golfball golfclub golfcourse golfer23 golfing1
        gonefish gonzales gonzalez gonzalez1 good12345 good123654 goodboy1 goodbye1 goodfell goodfellas goodfood goodgirl
        goodgirl1 goodgood goodhead goodison goodlife goodluck goodluck1 goodness goodnews goodstuf goodtime goodtimes
        goodtogo goodwood goodyear goofball google.com google12 google123 gooseman gordon24 gorgeous gorgeous1 gorilla1
        gorillaz gotigers gotmilk1 gotohell gotyoass grace123 gracelan graciela graduate graffiti grandkids grandma1
        grandma2 grandpa1 grandpri grandprix grapeape graphics grasshop grateful graywolf greatest greatone greatsex
        greedisgood green123 green420 greenbay greenbay1 greenbud greenday greenday1 greenday12 greendog greeneye greeneyes
        greeneyes1 greenman greentea greenwoo greenwood gregorio gregory1 gremlins grendel1 grenouille gretchen gretchen1
        greyhoun greyhound greywolf gribouille griffin1 griffins grimlock grizzly1 groupd2013 gsgba368 gsxr1000 gsxr1100
        gtfullam gtkmvtyb gtkmvtym gtnhjdbx gtxtymrf guadalup guadalupe guadalupe1 guardian guatemal guatemala guatemala1
        guderian guerrero guesswho guilherme guillaum guillaume guillerm guillermo guinness guinness1 guitar12 guitar123
        guitarhero guitarra gulliver gunners1 gunsling gunslinger gunsmoke gunsnroses gustavo1 gutierrez gwapoako gwerty123
        gy3yt2rgls gymnast1 gymnastic gymnastics gznybwf13 h1xp2z2duk h2vwdubjx4 habbo123 hacker123 hahaha123 hahahaha
        hairball hakkinen halflife halflife2 halfmoon halfpint hallo123 hallowee halloween halloween1 hamburg1 hamburge
        hamburger hamburger1 hamilton hamilton1 hammarby hammer123 hammerhe hammers1 hamradio hamster1 handball handcuff
        handsome handsome1 handyman hannah01 hannah10 hannah11 hannah12 hannah123 hannah13 hannibal hannover hansolo1
        happines happiness happiness1 happy123 happyboy happyday happydays happydays1 happydog happyfeet happyfeet1
        happygirl happyman happyone hardball hardcock hardcore hardcore1 harddick hardhead hardrock hardtime hardware
        hardwood hardwork harekrishna harley01 harley11 harley12 harley123 harley69 harmony1 harrison harrison1 harry123
        harrypot harrypotte harrypotter hartland hastings hatesyou hatteras hattrick hawaii50 hawaii808 hawaiian hawkdog79
        hawkeye1 hawkeyes hawkmoon hawkwind hawthorn hayabusa hayastan hazelnut hd764nw5d7e1vb1 headcase headless headshot
        heartbreak heartless heartless1 heather1 heather2 heathers heathrow heavenly heavymetal hedgehog heineken heinlein
        hejsan123 helicopt hellbent hellboy1 hellfire hellfire1 hello123 hello1234 hello12345 hellohel hellohello hellokit
        hellokitty helloman hellomoto hellomoto1 hellothe hellothere helloween helloworld helloyou hellrais hellraiser
        hellsing hellspawn hellyeah helpdesk hemicuda henderso henderson hendrix1 henrique henry123 herbert1 hercules
        hercules1 herewego heritage hermione hernande hernandez hernandez1 herpderp hershey1 hetfield hevhk43n9j hey12345
        heyheyhey heyheyhey1 heythere hfcgbplzq hfgcjlbz hgrfqg4577 hhhhhhh1 hhhhhhhh hiawatha hibernia highball highbury
        highheel highland highlander highlife highschool highwind hihje863 hilaryduff hilfiger hillbill hillbilly hillbilly1
        hillside himanshu hindustan historia history1 history278 hithere1 hitman47 hjvfyjdf hm9958123 hobiecat hockey10
        hockey11 hockey12 hockey123 hockey13 hockey14 hockey17 hockey19 hockey22 hockey99 hogwarts holahola holeinon
        holiday1 holidays holland1 hollister hollister1 hollister2 holly123 hollydog hollywoo hollywood hollywood1
        hollywood2 holymoly holyshit holyspirit home0401 home1234 homebase homebrew homegrow homelesspa homemade homepage
        homer123 homersim homewood homework homework1 honda123 honda250 hondacbr hondaciv hondacivic hondacrx honduras
        honduras1 honesty1 honey123 honeybear honeybee honeybun honeydew honeypot hongkong honolulu hooligan hoopstar
        hoopster hoosiers hooters1 hopeful1 hopefull hopeless hopkins1 hornyboy hornyguy hornyman hornyone horse123 horseman
        horsemen horses12 horses123 horsesho hosehead hospital hot2trot hot97hot hotbabes hotchick hotchick1 hotdog123
        hotgirl1 hotgirls hotmail1 hotmail123 hotmama1 hotpants hotpink1 hotpussy hotsauce hotshot1 hotstuff hotstuff1
        hottie01 hottie101 hottie11 hottie12 hottie123 hottie13 hottie14 hottie69 hotwater hotwheel hotwheels hounddog
        house123 housewife housewifes houston1 houston713 howareyou hrvatska hshfd4n279 htubcnhfwbz hugecock hugetits
        hugoboss huhbbhzu78 hulkster humberto hummerh2 humphrey hunter01 hunter08 hunter10 hunter11 hunter12 hunter123
        hunter13 hunter99 hunting1 hurensohn hurrican hurricane hurricane1 husband1 huskers1 huskies1 hustler1 hyderabad
        hyperion hzze929b iaapptfcor iamcool1 iamhappy iamnumber1 iamthebest iamthema iamtheone ibill123 ibilljpf ibilltes
        icecream icecream1 icecream12 icecream2 icehouse iceman69 ichliebedich icxkyb7972 id6c3wr6un iddqdidkfa idontcare
        idontcare1 idontkno idontknow idontknow1 iforgot1 ig4abox4 ignatius igromania ihatethisgame ihateyou ihateyou!
        ihateyou1 ihateyou2 ijrjkflrf ikilz083 il0vey0u il0veyou ilikepie ilikepie1 ilikesex ilikeyou illinois illmatic
        illumina illusion ilove123 ilovealex ilovealex1 iloveamy iloveboys iloveboys1 ilovecats ilovechris ilovedavid
        ilovedogs ilovegirls ilovegod ilovegod1 iloveher iloveher1 ilovehim ilovehim! ilovehim1 ilovehim12 ilovehim2
        iloveindia ilovejen ilovejesus ilovejoe ilovejohn ilovejosh ilovejosh1 ilovejusti ilovekim ilovelife ilovelucy
        ilovematt ilovematt1 iloveme! iloveme1 iloveme12 iloveme123 iloveme2 iloveme3 ilovemike ilovemike1 ilovemom
        ilovemom1 ilovemusic ilovemybab ilovemydad ilovemyfam ilovemyfamily ilovemykid ilovemykids ilovemylife ilovemymom
        ilovemymum ilovemysel ilovemyself ilovenick ilovenick1 ilovepor iloveporn ilovepus ilovepussy iloveryan iloveryan1
        ilovesam ilovesam1 ilovesex ilovesex1 iloveu12 iloveu123 iloveyou iloveyou! iloveyou. iloveyou0 iloveyou01
        iloveyou07 iloveyou08 iloveyou09 iloveyou1 iloveyou10 iloveyou11 iloveyou12 iloveyou123 iloveyou13 iloveyou14
        iloveyou143 iloveyou15 iloveyou16 iloveyou17 iloveyou18 iloveyou19 iloveyou2 iloveyou20 iloveyou21 iloveyou22
        iloveyou23 iloveyou24 iloveyou3 iloveyou4 iloveyou5 iloveyou6 iloveyou69 iloveyou7 iloveyou8 iloveyou9 iloveyouba
        iluvporn ilya1234 ilya1992 imagine1 imissyou immortal immortal1 imnumber1 impalass imperator imperial imperium
        implants impossible imthebest imthebest1 imtheman inactive1996aug incognito incorrect incubus1 indahous independ
        independent india123 indiana1 indianali indians1 indonesia indya123 ineedyou infantry inferno1 infiniti infinity
        infinity1 inflames informat information ingodwetrust ingram01 inkognito innocent insanity insertion insertions
        insomnia inspecto inspiron insuranc insurance integra1 integrity inter1908 interacial intercourse interests
        intermilan internat international internazionale internet internet1 intheass intranet intrepid intruder inuyasha
        inuyasha1 inuyasha12 invalidp invictus iqzzt580 ireland1 irishman irock123 ironhead ironhors ironmaid ironmaiden
        ironman1 ironpony irontree isabella isabella1 isabelle isabelle1 isacs155 iseedeadpeople ishikawa iskander islander
        istanbul istheman italian1 italiano itdxtyrj itsmylife iverson03 iverson1 iverson3 iw14fi9j iw14fi9jwqa iw14fi9jxl
        iwantsex iwantyou izabella j1234567 j123456789 j1v1fp2bxm j38ifubn j3qq4h7h2v jack1234 jackass1 jackass123 jackass2
        jackdani jacket025 jackie12 jackie123 jackjack jackryan jackson1 jackson123 jackson2 jackson5 jacob123 jacqueli
        jacqueline jadakiss jaigurudev jaihanuman jailbait jailbird jaimatadi jakcgt333 jake1234 jakester jalisco1 jamaica1
        james007 james123 jamesbon jamesbond jamesbond007 jamesbond1 jameson1 jamie123 jamielee janelle1 january1 japanees
        japanese jaredleto jasmine1 jasmine12 jasmine123 jasmine13 jasmine2 jasmine3 jasmine5 jasmine7 jason123 jasper12
        jasper123 jayhawks jazmine1 jazzbass jazzy123 jbond007 jeanette jeanette1 jeanpaul jediknig jediknight jedimast
        jeepster jefferso jefferson jefferson1 jeffery1 jeffhardy jeffhardy1 jeffrey1 jehovah1 jellybea jellybean jellybean1
        jellyfis jellyfish jemoeder jennife1 jennifer jennifer1 jennifer12 jennifer2 jenny123 jeremiah jeremiah1 jericho1
        jermaine jermaine1 jeronimo jerry123 jerrylee jerusale jerusalem jesse123 jessica! jessica0 jessica01 jessica1
        jessica10 jessica11 jessica12 jessica123 jessica13 jessica14 jessica2 jessica21 jessica22 jessica3 jessica5 jessica7
        jessica8 jessie12 jessie123 jesucrist jesucristo jesus101 jesus123 jesus4me jesus777 jesuschris jesuschrist
        jesuscristo jesusfreak jesusis1 jesusislord jesusloves jesuslovesme jesussaves jetbalance jfgvcqbuzug jg3h4hfn
        ji394su3 jiefang007 jiggaman jillian1 jimmy123 jingjing jiujitsu jjcg16dj5k jjjjjjj1 jjjjjjjj jledfyxbr jo9k2jw2
        jobsearch jobshop2002 jocelyn1 joejonas joejonas1 joesakic johanna1 johannes john!20130605at1753 john1234 johnathan
        johnathan1 johncena johncena1 johncena12 johndeer johndeere johndeere1 johngalt johnjohn johnjohn1 johnlock johnmish
        johnny12 johnny123 johnny69 johnnydepp johnpaul johnson1 joker123 jonas123 jonathan jonathan1 jonathan12 jonathan2
        jonathon jonathon1 jordan01 jordan07 jordan08 jordan10 jordan11 jordan12 jordan123 jordan13 jordan14 jordan15
        jordan21 jordan22 jordan23 jordan24 jordan45 jorge123 josefina joselito joseluis joseph10 joseph11 joseph12
        joseph123 josephin josephine josephine1 josette1 joshua01 joshua10 joshua11 joshua12 joshua123 joshua13 journey1
        joystick juancarlo juancarlos juanita1 juanjose juggalo1 juggernaut julia123 juliana1 juliana123 julianna julie123
        juliette jumpman23 jundian2011xr junebug1 junior01 junior10 junior11 junior12 junior123 junior13 junkmail junkyard
        jupiter1 jupiter2 jurassic just4fun just4you justdoit justdoit1 justforfun justice1 justin01 justin10 justin11
        justin12 justin123 justin13 justin14 justin15 justin16 justin21 justin22 justin23 justinbieb justinbieber justine1
        juventus juventus1 k1234567 k123456789 k47rizxt2g ka_djkhjsy6 kaitlin1 kaitlyn1 kakaroto kakashi1 kakashka kamasutr
        kamasutra kamehame kamehameha kameron1 kamikadze kamikaze kangaroo karaganda karamelka karen123 karolina karolina1
        karukera kasparov kassandra katarina katelyn1 katerina katerinka katharin katharina katherine katherine1 kathleen
        kathleen1 kathmandu kathryn1 katie123 katmandu katrina1 kawasaki kawasaki1 kayaking kayla123 kayleigh kayleigh1
        kazanova kazantip kcchiefs kcj9wx5n kelly001 kelly123 kendall1 kennedy1 kenneth1 kennwort kenny123 kenshin1 kenshiro
        kentucky kentucky1 kenworth kevin123 keyboard keyboard1 keystone kfcnjxrf kfvgjxrf kickass1 kickflip kickflip1
        kicksass kidrock1 kifj9n7bfu kikeunyw kikimora killa123 killbill killbill1 killemall killer01 killer11 killer12
        killer123 killer13 killer22 killer23 killer666 killer69 killer99 killerbe killerman killers1 killians killkill
        killzone kimber45 kimberle kimberley kimberly kimberly1 kindbuds king1234 kingdom1 kingfish kingfisher kingking
        kingkong kingkong1 kingpin1 kingrich kingsize kingsley kingston kingston1 kirill123 kirsten1 kissarmy kisskiss
        kisskiss1 kissme123 kissmyas kissmyass kissmyass1 kitten12 kittens1 kitty123 kittycat kittycat1 kittykat kittykat1
        kittylove kjrjvjnbd kkkkkkkk klapaucius kleopatra klimenko klingon1 klondike klootzak klopklop knickerless knickers
        knights1 knockers knowledg knowledge knuckles kobebryant kochamcie kochanie kodaira52 koetsu13 kokakola kolawole
        komarova komputer komputer1 konfetka konstantin koolaid1 kordell1 koroleva koshechka kovalenko kowalski krasnodar
        krasotka krishna1 krishnan kristen1 kristian kristin1 kristina kristina1 kristine kristine1 kristinka kristjan
        krokodil krystal1 kukuruza kukushka kuleshov kumar123 kurosaki kurtcobain kusanagi l123456789 l1nk3d1n l58jkdjp!
        l6ho3tg7wb l8g3bkde labrador lacrimosa lacrosse lacrosse1 ladybird ladybug1 ladybug2 ladygaga ladyluck laetitia
        lagwagon lakeland lakers08 lakers24 lakers32 lakers34 lakeside lakewood lalakers lalala123 lalalala lalaland
        lalaland1 lambchop lamborghini lambrett lampard8 lancaste lancaster lancelot landrove landrover landscap lapdance
        lapochka laracrof laracroft larissa1 larry123 laserjet lasombra lastochka lasttime lasvegas lasvegas1 laughter
        laura123 lauren01 lauren12 lauren123 laurence lauretta lavalamp lavender lavender1 lawrence lawrence1 layouts1
        lbfyjxrf lbhtrnjh leavemealone lebedeva lebowski lebron23 ledzeppelin leedsutd left4dead leglover legoland legolas1
        leiceste lemmings lemonade lemonade1 lenochka leonard1 leonardo leonardo1 leonidas lerochka lesbian1 lesbians
        lespaul1 letitrid letmein! letmein0 letmein1 letmein123 letmein2 letmein22 letmein6 letmein7 letmein9 letmeinn
        letmeinnow letmesee letsdoit letsfuck letsplay levelone leviatha lexingky lexingto lexmark1 lexor123 lfitymrf
        libertad liberty1 licorice lifehack lifeisgood lifesuck lifesucks lifesucks1 lifetime lighthou lighthouse lightnin
        lightning lightning1 lightsab lildevil liliana1 lillian1 lilly123 lilmama1 lilwayne lilwayne1 lilwayne12 limabean
        limaperu limegreen limegreen1 limewire limpbizk limpbizkit lincoln1 linda123 lindsay1 lindsey1 lineage2 lingling
        linkedin linkedin1 linkedin123 linkedin2011 linkedln linkinpark lionhear lionheart lionking lionking1 lipgloss
        lipgloss1 lipstick lisalisa littlebi littlebit littlebit1 littlema littleman littleman1 littleon liveevil livelife
        livelife1 liverp00l liverpoo liverpool liverpool0 liverpool1 liverpool123 liverpool2 liverpool5 liverpool7
        liverpool8 liverpool9 liverpoolfc liverune livestrong livewire lizaveta lizottes ljxtymrf lkjhgfdsa lkjhgfdsa1
        lkjhgfdsaz lobster1 lochness lockdown lockerroom locksmit locoman0 logan123 login123 logistic logitech logitech1
        loglatin loislane lokomotiv lol12345 lol123456 lolalola lolek123 lolipop1 lolipop123 lollipop lollipop1 lollol123
        lollollol lollypop lollypop1 lolololo london01 london11 london12 london123 london22 london99 lonesome lonestar
        lonewolf lonewolf1 longbeac longbeach longbeach1 longdick longdong longhair longhorn longhorn1 longhorns longhorns1
        longjohn longlegs longshot longview longwood lonsdale lookatme looking1 lordjesus loredana lorenzo1 lorraine
        lorraine1 losangel losangeles loser101 loser123 loserface1 lost4815162342 lostlove lostsoul lotus123 louloute
        love1234 love12345 love123456 love2007 love2008 love2009 love2010 love2011 love2love love4eva love4ever love4ever1
        love4life love4you love5683 loveable loveable1 lovebird loveboat lovebug1 lovecraf lovefeet loveforever lovegirl
        lovegod1 lovehate lovehate1 lovehim1 lovehurts lovehurts1 loveislife lovejesus loveless loveless1 lovelife lovelife1
        lovelove lovelove1 lovelovelove lovely12 lovely123 lovely69 lovelygirl loveme11 loveme12 loveme123 loveme22 loveme23
        loveme69 loveme89 loveporn lovepussy lover101 lover123 loverboy loverboy1 lovergir lovergirl lovergirl1 loverman
        lovers12 lovers123 lovesexy lovesporn lovestory lovesucks lovesucks1 lovetits loveu4ever loveyou! loveyou1 loveyou12
        loveyou123 loveyou2 lovingyou lowrider lowrider1 lsutiger lthgfhjkm lucas123 lucifer1 lucifer666 lucky123 lucky777
        luckyboy luckydog luckydog1 luckyman luckyone ludacris ludacris1 lukasz12 lunchbox luojianhua luscious luv2epus
        luv2fuck lvbnhbq1 lydcc20091314 lysander lyudmila lzbs2twz lzhan16889 m1234567 m123456789 m1am1b3ach m1chp00h
        m6cjy69u35 macarena macaroni macdaddy macgyver machine1 machoman macintos macintosh mackenzi mackenzie mackenzie1
        madagascar madagaskar madala11 madalina madden07 madden08 maddison maddison1 madelein madeleine madeline madeline1
        madhouse madinina madison1 madison12 madison123 madison2 madison3 madison5 madness1 madonna1 magandaako magdalena
        magellan maggie01 maggie11 maggie12 maggie123 maggiema magic123 magical1 magician magicman magister magnavox
        magnolia magnolia1 mahalkit mahalkita mahalkita1 mahalkoh mailcreated5240 maiyeuem majestic makarova makaveli
        makaveli1 makayla1 makeitso makeksa11 makelove makemone makemoney makemoney1 maksimka maksimus malachi1 malamute
        malaysia malcolm1 malishka mallard1 mallorca mallory1 mallrats mama1234 mamabear mamacita mamamama mamapapa mamasita
        mammamia mamochka management manager1 manchest mancheste manchester manchester1 mancity1 mandarin mandingo mandolin
        mandrake mandy123 mango123 manhatta manhattan mannheim manning18 manson666 manuel123 manunite manunited manunited1
        manwhore mapet123456 maplelea maplestory maprchem56458 maradona maradona10 marajade marathon marauder marbella
        marcella marcello marcius2 marco123 marcopol marcopolo margaret margaret1 margarida margarit margarita margarita1
        margherita margosha marguerite maria123 mariachi mariajos mariajose mariana1 marianna marianne marie123 mariella
        marielle marigold marihuana marijuan marijuana marijuana1 marillio marilyn1 marina123 mariners marines1 marino13
        mario123 mariposa mariposa1 marishka marisol1 marissa1 marjorie mark1234 mark_963 marketin marketing marketing1
        marlboro marlboro1 marlene1 marmelad marquis1 marriage married1 marseill marseille marseille1 marseille13 marshall
        marshall1 martin12 martin123 martina1 martine1 martinez martinez1 martini1 maryann1 maryjane maryjane1 maryjane42
        maryland maryland1 marymary maryrose masahiro masamune maserati mash4077 masha123 mason123 massage1 master01
        master11 master12 master123 master22 master69 master99 masterbaiting masterbate masterbating masterca masterch
        masterchief masterkey masterlo mastermi mastermind masterof masturba masturbation masyanya matahari matchbox
        matematica matematika mateusz1 mathematics mathilde matilda1 matrix123 matt1988 matthew01 matthew1 matthew11
        matthew12 matthew123 matthew2 matthew3 matthew5 matthew7 matthew8 matthew9 matthews matthias matthieu mattingl
        maureen1 maurice1 maurice4 mauricio maurizio maurolarastefy maverick maverick1 mavericks maxim1935 maximili
        maximilian maximus1 maxpayne maxpower maxwell1 maynard1 mazafaka mazda323 mazda626 mazdarx7 mazdarx8 mazinger
        mcdonald mcdonalds mcdonalds1 mcgrady1 mckenzie mckenzie1 meandyou meandyou1 meatball meatball1 meathead meatloaf
        mechanic mechanical medicina medicine medvedev meenakshi mega_pizdetz666 megabyte megadeth megadeth1 megaman1
        megamanx megan123 megaparol megaparol12345 megapass megasecret megatron melanie1 melbourn melbourne melinda1
        melissa1 melissa12 melissa123 melissa2 memories memphis1 memyself mendoza1 meowmeow meowmeow1 mephisto mercedes
        mercedes1 mercury1 mercury7 merda123 meredith meredith1 meridian mermaid1 mersedes messenger metal666 metalgear
        metalica metallic metallica metallica1 metallica2 metalman methodman metro2033 metropol mevefalkcakk mexican1
        mexican13 mexicano mexico10 mexico11 mexico12 mexico123 mexico13 miami305 michael! michael. michael0 michael01
        michael1 michael10 michael11 michael12 michael123 michael13 michael2 michael21 michael22 michael23 michael3 michael4
        michael5 michael6 michael69 michael7 michael8 michael9 michaela michaela1 michaelc michaeld michaelj michaeljac
        micheal1 michele1 michelin michelle michelle1 michelle11 michelle12 michelle13 michelle2 michelle3 michelle7
        michigan michigan1 michoacan1 mick7278 mickey01 mickey11 mickey12 mickey123 mickey13 mickeymous mickeymouse microlab
        microphone microsof microsoft microsoft1 midnight midnight1 midnight12 midnight2 migrationschool miguel123 miguelito
        mikayla1 mike1234 mikejones1 mikemike mikey123 mikimiki milagros milamber milashka milenium miley123 mileycyrus
        milhouse military milkbone milkshake milkshake1 milkyway milleniu millenium millenni millennium millerli million1
        million2 millions millwall milwauke mimi92139 mine2306 minecraft mingming minhasenha minicalibra minicooper minidisc
        minimoni ministry minnesot minnesota minotaur minouche minstrel miracle1 miranda1 mireille mironova miroslav
        mischief misfit99 misfits1 mishijos misiaczek mission1 mississi mississipp mississippi misskitt misskitty missouri
        missy123 misterio mistress misty123 mitchell mitchell1 mitsubis mitsubishi mittens1 mmmmmmmm mmmmmmmmmm mmo110110
        mnbvcxz1 mobbdeep mobster1 mobydick modelsne mohamed1 mohammad mohammed mojojojo molly123 mollycat mollydog
        mollydog1 mom4u4mm momanddad momanddad1 mommy123 mommyof2 mommyof3 momoney1 momsanaladventure monalisa monaliza
        monamour moncoeur money100 money101 money123 money4me moneybag moneymaker moneyman moneyman1 moneymoney mongoose
        mongoose1 monica123 monique1 monitor1 monkey01 monkey10 monkey101 monkey11 monkey12 monkey123 monkey1234 monkey13
        monkey14 monkey15 monkey16 monkey21 monkey22 monkey23 monkey24 monkey69 monkey77 monkey88 monkey99 monkeybo
        monkeyboy monkeyboy1 monkeybutt monkeyma monkeyman monkeyman1 monkeys1 monolith monopoly monopoly1 monster1
        monster12 monster123 monster2 monster3 monsters montagne montana1 montecar montecarlo monterey montgom240
        montgom2409 montgomery montreal montrose monty123 moonbeam moonglow moonligh moonlight moonlight1 moonshin moonshine
        moonstar moosehea mooseman moremone moremoney morgan01 morgan12 morgan123 morkovka morning21 morozova morpheus
        morrigan morrison morrison1 morrisse morrowind mortgage morticia mortimer mostwanted motdepasse mother12 mother123
        motherfu motherfuck motherfucker motherlode motherof2 motherof3 motocros motocross motocross1 motorcyc motorcycle
        motorhea motorola motorola1 moumoune mounta1n mountain mountain1 mouse123 mousepad mowerman mrbrownx mrbrownxx
        mrbungle mrf11277215 ms0083jxj muaythai mudhoney mudvayne muenchen muffdive muffin12 muffins1 muhammad muhammed
        mulberry mulligan multimedia multiplelo multiplelog multisyn multisync munchkin munchkin1 murcielago murzilka
        mushroom mushroom1 music101 music123 music4life music4me musical1 musiclover musicman musicman1 mustang0 mustang1
        mustang2 mustang3 mustang4 mustang5 mustang50 mustang6 mustang66 mustang67 mustang69 mustang7 mustang8 mustang9
        mustangg mustangs mustangs1 mustapha mustard1 mv46vkmz10 mwq6qlzo my.space my1space my204856 my2girls my3girls
        myangel1 mybabies myfamily myfamily1 myfriend mygirls2 mylinkedin mylove12 mylove123 mymother mynameis mynewpas
        mypasswo mypassword mysecret myspace! myspace. myspace.co myspace0 myspace01 myspace06 myspace07 myspace08 myspace09
        myspace1 myspace10 myspace101 myspace11 myspace12 myspace123 myspace13 myspace14 myspace15 myspace2 myspace200
        myspace201 myspace21 myspace22 myspace23 myspace3 myspace4 myspace4me myspace5 myspace6 myspace69 myspace7 myspace8
        myspace9 myspace99 mysterio mystery1 myxworld myxworld4 n0=acc3ss n8zgt5p0shw= nacional nadezhda nancy123 napoleon
        napoleon1 narayana naruto10 naruto101 naruto11 naruto12 naruto123 naruto13 nascar20 nascar24 nascar88 nashvill
        nastenka nastyboy natalia1 natalie1 nataliya natascha natasha1 natashka natedogg nathalie nathan01 nathan12
        nathan123 nathanie nathaniel nathaniel1 national national1 natural1 naughty1 naughtyboy nautilus navigato navigator
        navyseal nazareth nbuhtyjr ncc1701a ncc1701d ncc1701e ncc74656 nebraska necromancer nederland need4speed needajob
        needforspeed nefertiti nemesis1 nemrac58 neopets12 netscape network1 networking netzwerk neutrino neveragain
        neverland nevermin nevermind nevermind1 nevermor nevermore newcastl newcastle newcastle1 newhaven newjersey newlife1
        neworder neworleans newpass1 newpass6 newpasswor newpassword newpoint newport1 newport100 newports newproject2004
        newstart newstyle newworld newyork1 newyork123 newyork2 newzealand nezabudka nfvthkfy nicetits nicholas nicholas1
        nicholas2 nichole1 nick1234 nickjonas nickjonas1 nickolas nicolas1 nicole01 nicole07 nicole08 nicole09 nicole10
        nicole11 nicole12 nicole123 nicole13 nicole14 nicole15 nicole16 nicole18 nicole21 nicole22 nicole23 nicole27
        nicoleta nietzsch nigeria1 nigga123 nigger12 nigger123 nigger69 niggers1 nighthaw nighthawk nightman nightmar
        nightmare nightmare1 nightowl nightwin nightwish nightwolf nikita123 nikitina nikki123 nikolaev nikolaeva nikolaus
        ninanina nineball nineinch ninja123 nintendo nintendo1 nintendo64 nirvana1 nissan350z njdevils nks230kjs82 no1knows
        nochance nocturne nohack04 noisette nokia123 nokia3100 nokia3230 nokia3250 nokia3310 nokia5130 nokia5200 nokia5230
        nokia5300 nokia5310 nokia5530 nokia5800 nokia6120 nokia6230 nokia6233 nokia6300 nokia6303 nokia6600 nokia7610
        nokia8800 nokian70 nokian73 nokian95 nolimit1 nolimit5 nolimit8 nolimit9 nolimits noname123 nonmembe nonmember
        nonrev67 noodles1 nopassword normandy northside1 northsta nosferat nosferatu nostromo notagain note1234 notebook
        nothing1 notoriou notredam notredame notredame1 nounours novartis november november1 november10 november11
        november12 november13 november15 november16 november17 november18 november19 november2 november20 november21
        november22 november23 november5 novembre noviembre novifarm novikova nowayout nowehaslo nssadmin nthvbyfnjh
        ntktdbpjh number10 number11 number12 number13 number23 numberone numbnuts nursing1 nuttertools nwo4life nygiants
        nyknicks nyq28giz1z nyyankee oakland1 oblivion oblivion1 obsidian oc247ngucz oceans11 ocpoook325 octavian october1
        october10 october11 october12 october13 october14 october15 october16 october17 october18 october19 october2
        october20 october21 october22 october23 october24 october25 october26 october27 october28 october29 october3
        october31 october4 october5 october6 october7 october8 october9 octopuss odysseus offsprin offspring ohiostat
        ohiostate ohiostate1 ohmnamah23 oklahoma oklahoma1 olalekan olamilekan olanrewaju olatunji olayinka oldschool
        oldsmobi oldspice oldtimer oliveira oliveoil oliver12 oliver123 olivetti olivia12 olivia123 oluwaseun omarion1
        omega123 omegaman omegared omsairam one2three onedirection onelove1 onepiece onetwo12 online123 opelastra open1234
        opendoor opensesa opensesame operatio operation operator opernhaus1 optimist optiplex oqglh565 orange11 orange12
        orange123 orange13 orange22 orange44 orange77 oranges1 ordenador ordinateur oriflame original orlando1 oscar123
        ottootto ou29q6666 outsider overdrive overkill overlord owt243ygbj ozlq6qwm p0015123 p0o9i8u7 p3rat54797 p455w0rd
        p4ssw0rd p4ssword p@$$w0rd p@ssw0rd p@ssword pa$$w0rd pa$$word pa55w0rd pa55word pacific1 pacifica packard1 packers1
        packers4 paganini painkiller paintbal paintball paintball1 painter1 painting pakistan pakistan1 pakistan123
        pakistani paladin1 pallmall palmeiras palmetto palmtree paloalto panasoni panasonic panasonic1 pancake1 pancakes
        pancakes1 panchito panda123 pandabear pandabear1 pandora1 panorama pantera1 panther1 panthers panthers1 panties1
        pantyhos pantyhose papabear papamama papapapa paper123 paperboy papercli papercut paperino papichul papichulo
        papichulo1 papillon parabola paradigm paradise paradise1 paradoxx parallax paramedi paramedic paramore paramore1
        paranoid paris123 parlament parol999 parola12 parola123 parolparol parsifal partizan pasadena pasquale pass1234
        pass1word pass9876 passcode passer2009 passer2010 passer2011 passfind passion1 passions passmast passmaster passpass
        passport passport1 passthie passw0rd passw0rd1 passwerd passwor1 password password! password. password0 password00
        password01 password07 password08 password09 password1 password1! password10 password11 password12 password123
        password1234 password12345 password13 password14 password15 password16 password17 password18 password19 password2
        password20 password21 password22 password23 password24 password25 password27 password3 password33 password4
        password44 password45 password5 password55 password6 password69 password7 password77 password8 password88 password89
        password9 password99 passwords passwort passwort1 pasword1 patatina patches1 pathfind pathfinder patience patrice1
        patricia patricia1 patricio patrick1 patrick12 patrick123 patrick2 patrick7 patrick8 patrick9 patriot1 patriots
        patriots1 patriots12 patrizia patrycja patterso patterson paul1234 paulchen paulette paulina1 pauline1 pavement
        pavilion pavilion1 payton34 pazzword123 pe#5gz29ptzmse peace123 peaceful peaceout peaches1 peaches2 peanut01
        peanut11 peanut12 peanut123 peanutbutter peanuts1 pearljam pearljam1 peartree pebbles1 pedigree pedro123 peekaboo
        pegasus1 pendrago pendragon penelope penelope1 penetrating penetration penguin1 penguins penguins1 penis123 pennstat
        pennstate penny123 pennywis pennywise penthous pentium1 pentium3 pentium4 people12 people123 pepper01 pepper11
        pepper12 pepper123 pepsi123 pepsicol pepsicola pepsimax pepsione peregrin perfect1 perfection perfecto performa
        pericles pernille pershing personal personal1 pertinant pervasive pervert1 pescator peter123 peterbil peterbilt
        peternorth peterose peterpan peterpan1 peterson petrovich peyton18 pfchfytw phaedrus phantasm phantom1 phantom2
        phantoms pharmacy pheasant phialpha philippe philippine philips1 phillesh phillies phillies1 phillip1 phillips
        philmont phish420 phoenix1 phoenix2 photoman phydeaux pi314159 pianoman piazza31 picasso1 pickles1 pictuers picture1
        pictures piercing pikachu1 piligrim pilot123 pimp4life pimpdadd pimpdaddy pimpdaddy1 pimpin101 pimpin12 pimpin69
        pimping1 pimpshit pimpster pineappl pineapple pineapple1 pinecone pinetree pinewood pinggolf pingpong pinguino
        pink1234 pinkfloy pinkfloyd pinkfloyd1 pinklady pinkpink pinkpuss pinky123 pinnacle pinocchio pioneer1 pipeline
        pippen33 piramida piramide pirates1 pistache pistons1 pitbull1 pitchers pittbull pittsbur pittsburgh pizza123
        pizzahut pizzaman pizzapie pk3x7w9w plastic1 plastics platinum platinum1 platypus playball playboy1 playboy12
        playboy123 playboy2 playboy69 playboys player12 player123 player69 playgirl playmate playstat playstatio playstation
        playstation2 playstation3 playtime pleaseme pleasure plokijuh plumber1 plymouth pmdmscts poiu0987 poiu1234 poiuytre
        poiuytrewq pok29q6666 pokemon1 pokemon10 pokemon11 pokemon12 pokemon123 pokemon2 poker123 pokerface polarbea
        polarbear polarbear1 polaris1 polaroid police22 polniypizdec0211 polniypizdec1102 polniypizdec110211 polopolo
        pontiac1 poochie1 poohbear poohbear1 poohbear12 poohbear2 pool6123 poontang poop1234 poopface poophead poophead1
        pooppoop pooppoop1 poopy123 popcorn1 popcorn12 popcorn123 popcorn2 popopopo poppy123 poptart1 poptropica porcodio
        porkchop porkchop1 porn4life pornking pornogra pornografia pornographic pornoman pornpass pornsite pornstar
        pornstar1 porsche1 porsche9 porsche911 portable portland portland1 portsmou portugal portugal1 poseidon positive
        positive1 positivo possible postov10 postov1000 pothead1 pothead420 poulette poupette poupoune power123 powerade
        powerboo powerful powermac powerman powerof3 powerpuff ppoo0099 pppppppp ppspankp pr1ncess prasanna prashant
        preacher preciosa precious precious1 predator predator1 prelude1 presario presario1 presiden president president1
        presley1 prestige preston1 pretty12 pretty123 prettybo prettyboy prettyboy1 prettygirl prettyme pridurok primaver
        primavera primetim primetime21 primrose prince12 prince123 princesa princesa1 princesita princess princess!
        princess. princess01 princess07 princess08 princess09 princess1 princess10 princess11 princess12 princess123
        princess13 princess14 princess15 princess16 princess17 princess18 princess19 princess2 princess20 princess21
        princess22 princess23 princess24 princess3 princess4 princess5 princess6 princess69 princess7 princess8 princess9
        princessa princesse princeto princeton principe principessa pringles printer1 priscill priscilla priscilla1 private1
        priyanka prodigy1 profesor professional professo professor progress project1 projectsadminx promethe promise1
        property prosperity prospero prostock proverbs prudence prufrock psalms23 psicologia psychnau psychnaut1 psychology
        psylocke ptfe3xxp ptybnxtvgbjy pudding1 puertorico pufunga7782 pullings pumpkin1 pumpkins punisher punisher1
        punkrock punkrock1 puppies1 puppy123 puppydog puppylove puppylove1 puravida purple01 purple10 purple11 purple12
        purple123 purple13 purple14 purple21 purple22 purple23 purple69 pussy101 pussy123 pussy4me pussycat pussycat1
        pussyeat pussyeater pussylic pussylicker pussylov pussylover pussyman putangina pxx3eftp pyramid1 pyramids q1234567
        q12345678 q123456789 q1234567890 q1q1q1q1 q1q2q3q4 q1q2q3q4q5 q1w2e3r4 q1w2e3r4t q1w2e3r4t5 q1w2e3r4t5y6
        q1w2e3r4t5y6u7 q1w2e3r4t5y6u7i8 q2w3e4r5 q8zo8wzq qarglr123 qawsedrf qawsedrftg qaz12345 qaz123456 qaz123wsx
        qaz1wsx2 qazedctgb qazqazqaz qazwsx12 qazwsx123 qazwsx1234 qazwsxed qazwsxedc qazwsxedc1 qazwsxedc123 qazwsxedcrfv
        qazwsxedcrfvtgb qazxcvbn qazxsw12 qazxsw123 qazxsw21 qazxswed qazxswedc qazxswedcvfr qdujvyg5sxa qh6xl1p9xj
        qpwoeiruty qq123456 qq123456789 qqqq1111 qqqqqqq1 qqqqqqqq qqqqqqqqqq qqqwwweee qqww1122 qti7zxh18u quagmire
        quality1 quality123 quant4307s quantum1 queen123 queenbee queenie1 question qugrqfo825 quicksan quicksil quicksilver
        quiksilver qw123321 qw123456 qw12er34 qwaszx12 qwaszx123 qwe1122334 qwe12345 qwe123456 qwe123asd qwe123qwe qwe123rty
        qweasd12 qweasd123 qweasdzx qweasdzxc qweasdzxc1 qweasdzxc123 qwedcxzas qwedsazxc qwegta13091990 qweqwe123 qweqweqwe
        qwer1234 qwer12345 qwer4321 qwerasdf qwerasdfzxcv qwerfdsa qwerpoiu qwerqwer qwerqwer2 qwerrewq qwert123 qwert1234
        qwert12345 qwertasdfg qwerty00 qwerty01 qwerty10 qwerty11 qwerty111 qwerty12 qwerty123 qwerty1234 qwerty12345
        qwerty123456 qwerty123456789 qwerty13 qwerty21 qwerty22 qwerty23 qwerty321 qwerty55 qwerty66 qwerty666 qwerty69
        qwerty77 qwerty777 qwerty78 qwerty789 qwerty88 qwerty99 qwertyasd qwertyasdfgh qwertyqwerty qwertyu1 qwertyu8
        qwertyui qwertyui1 qwertyuio qwertyuio1 qwertyuiop qwertyuiop1 qwertyuiop12 qwertyuiop123 qwertyuiop[] qwertyytrewq
        qwertz123 qwertzui qwertzuiop qwerzxcv qwqwqwqw r123456789 r2d2c3p0 r2d2c3po r3ady41t r4e3w2q1 r9lw4j8khx racecar1
        rachael1 rachel12 rachel123 rachelle radagast radiance radiohea radiohead radiohead1 radioman raffaele ragnarok
        raiders1 raiders13 raiderz1 rainbow1 rainbow12 rainbow123 rainbow2 rainbow6 rainbow7 rainbows raindrop raintree
        rainyday raistlin rajendra rajkumar ramirez1 rammstei rammstein rammstein1 ramones1 ramstein ranchero randall1
        random123 ranger01 ranger11 ranger21 ranger99 rangers1 rapunzel rasengan raspberr rasputin rasta220 rastafari
        rastaman rattolo58 raven123 rawiswar raymond1 razdvatri razorbac rb26dett rbotmvz954 rdfhnbhf reading1 ready2go
        realdeal realestate realmadrid realnigga1 realtime rebbyt34 rebecca1 rebelde1 rebound1 reckless recovery red12345
        redalert redbarch redbaron redbeard redbirds redbone1 redbull1 redcloud reddevil reddrago reddragon reddwarf
        redeemed redfish1 redgreen redhead1 redheads redhouse redknapp redlight redline1 redneck1 redrider redriver redrose1
        redroses redrover redshift redskin1 redskins redskins1 redsox04 redsox34 redstorm redtruck redwing1 redwings
        redwings1 reginald register reglisse reliance reloaded remember remember1 rememberme remingto remington remington1
        rencontre renegade renegade1 repytwjd repytwjdf rerehepf rerfhfxf rerfhtre research reset123 resident respect1
        revelation revenge1 review69 reviewpa revival47 revoluti revolution revolver reynaldo reynolds rfgbnjirf rfhectkm
        rfhfntkm rfhfufylf rfhfvtkm rfhfvtkmrf rfhfylfi rfhjkbyf rfhlbyfk rfhnjirf rfkmrekznjh rfnfcnhjaf rfnfgekmnf
        rfnthbyf rfnthbyrf rfntymrf rfpfynbg rfvbrflpt rfvfcenhf rhapsody rhbcnbyf rhbcnbyjxrf rhfcfdbwf rhfcfdxbr rhfcjnrf
        rhfdxtyrj rhiannon rhjrjlbk rhtdtlrj ricardo1 riccardo ricflair richard1 richard123 richard2 richards richmond
        richmond1 rickster ricky123 ricochet riffraff rightnow riley123 rincewind riverplate riverrat riversid riverside
        riverside1 rjcntyrj rjdfktyrj rjhjktdf rjirfrgbde rjntyjxtr rjyatnrf rjycnfynby rkfdbfnehf rktjgfnhf roaddogg
        roadkill roadking roadrunn roadrunner roadstar roadster robert01 robert11 robert12 robert123 robert13 roberta1
        roberto1 roberts1 robin123 robinhoo robinhood robinson robinson1 robotech robotics rochelle rochelle1 rocheste
        rochester rockandroll rockbott rocket88 rocketma rocketman rockets1 rockford rockhard rocknrol rocknroll rocknroll1
        rockport rockroll rockstar rockstar1 rockstar12 rockstar2 rocky123 rockydog rodrigo1 rodriguez rodriguez1 roflcopter
        rollin60 rolltide rolltide1 roman123 romance1 romanova romans828 romantic romantik romaroma romashka romeo123
        ronaldinho ronaldo1 ronaldo123 ronaldo7 ronaldo9 roodypoo rooney10 rooster1 roosters rootbeer rootbeer1 rootedit
        rosalinda rosario1 rosebowl rosebud1 rosemari rosemarie rosemary rosemary1 roserose rosewood rosie123 rossella
        rotterda rotterdam rottweil roxanne1 rsalinas rt6ytere ruffryde runescape runescape1 runescape2 running1 rush2112
        rushmore russell1 russian7 russland rusty123 rustydog ryan962052 s1234567 s123456789 s456123789 s8ylpe9jdpvym
        saab9000 sabbath1 sabrina1 sacramen sacramento sadie123 sagitari sagitario sagitarius sailboat sailfish sailing1
        sailormoon saints25 salamanca salamand salamander salamandra salasana sally123 saltanat saltlake saltydog salvador
        salvador1 salvatio salvation salvator salvatore sam12345 samadams samantha samantha1 samantha12 samantha2 sammy123
        sammyboy sammydog sample123 sampson1 samsung1 samsung12 samsung123 samsung2 samuel01 samuel12 samuel123 samurai1
        sanandreas sanchez1 sandiego sandiego1 sandman1 sandmann sandokan sandra123 sandrine sandrock sandwich sandy123
        sandydog sangeeta sanity72 sanity729 sanpedro santacru santacruz santana1 santiago santiago1 saopaulo sapphire
        sapphire1 sarah123 sarajevo sarasara sarasota saraswati saratoga sasasasa sasha123 sasha1995 sasha1996 sasha2010
        sasha_007 sassi123 sassy123 sasuke12 sasuke123 satan666 satana666 satellit satellite satriani saturday saun24865709
        sausage1 sausages savanna1 savannah savannah1 savatage save13tx saxophon saxophone sayangku sc0tland scarecro
        scarface scarface1 scarlet1 scarlett scarlett1 schalke04 schastie scheisse schlampe schnecke schneide schneider
        schnuffi school12 school123 schorsch schumach schumacher science1 scimitar scirocco scooby12 scooby123 scoobydo
        scoobydoo scoobydoo1 scoobydoo2 scooter1 scooter123 scooter2 scooters scorpio1 scorpion scorpion1 scorpione
        scorpions scotland scotland1 scotsman scott123 scottie1 scoubidou scrabble scrapper scrappy1 screamer screwbal
        screwyou scribble scruffy1 scubadiv scubapro scvmofas79 sdf7asdf6asdg8df sdsadee23 seagrams seagrave seagulls
        seahawks seahawks1 seahorse sealteam searcher searock6 seattle1 sebastia sebastian sebastian1 sebastie sebastien
        secret12 secret123 secret666 security security1 seductive segblue2 seinfeld semenova seminole semperfi semperfi1
        semprini senators senha123 senior06 senior07 senior08 senior09 seniseviyorum sensatio sentinel sentnece sephirot
        sephiroth sephiroth1 septembe september september1 september2 september3 september9 septiembre sepultura seraphim
        serendip serendipity serenity serenity1 sergbest sergeevna sersolution service1 sevastopol seven777 sevenof9
        seventee seventeen seventy7 severine sevilia1 sex12345 sexisfun sexlover sexmachine sexsexse sexsexsex sexslave
        sextrime1 sexy1234 sexyass1 sexybabe sexybabe1 sexybaby sexybaby1 sexyback1 sexybeast sexybeast1 sexybitch
        sexybitch1 sexyblack1 sexyboy1 sexyfeet sexygirl sexygirl1 sexygirl12 sexygurl1 sexylady sexylady1 sexylegs sexylove
        sexylove1 sexymama sexymama1 sexyman1 sexyred1 sexysexy sfgiants shadow01 shadow10 shadow11 shadow12 shadow123
        shadow13 shadow21 shadow22 shadow23 shadow69 shadow99 shadowfa shadowma shadows1 shahrukh shakespeare shakira1
        shamrock shamrock1 shane123 shaney14 shanghai shannara shannon1 sharingan sharkman sharpie1 shawn123 shayshay1
        shearer9 sheepdog sheffiel sheffield shelby12 sheldon1 shelley1 shemales shepherd sherbert sheridan sherlock
        sherman1 sherwood shevchenko shinigami shirley1 shitbird shitface shitface1 shitfuck shithead shithead1 shithole
        shock123 shooter1 shopping shopping1 shortie1 shortsto shorty12 shorty123 shorty13 shotgun1 shotokan shotokan1
        showboat showtime showtime1 shredder shygirl1 sidekick sidekick1 sidekick3 sideshow sidewind siemens1 sigmachi
        sigsauer silencer silicone sillyboy silver12 silver123 silverad silverado silverado1 silverfo silverst simba123
        simon123 simonsay simple123 simpleplan simpson1 simpsons simpsons1 sinaloa1 sinclair sinfonia singapor singapore
        sinister sisters1 sithlord sixteen16 sixtynin sixtynine sk84life sk8board sk8erboi sk8erboy sk8ordie skate123
        skate4life skateboa skateboard skater12 skater123 skater13 skaterboy1 skating1 skeeter1 skeletor skinhead skipjack
        skipper1 skittles skittles1 skorpion skorpion39 skydiver skyline1 skyliner34 skypilot skytommy skywalke skywalker
        skywalker1 slacking slamdunk slapnuts slapshot slaveboy slayer66 slayer666 sleepers slimed123 slimshad slimshady
        slimshady1 slipknot slipknot1 slipknot12 slipknot2 slipknot6 slipknot66 slipknot666 slippery slovensko slowhand
        slowride slutwife smackdow smackdown smackdown1 smallvil smallville smartass smarties smashing smeghead smile123
        smile4me smirnoff smirnova smith123 smoke420 smokedog smokeweed smokeweed1 smokey12 smokey123 smoking1 smoochie
        smoothie smuggles snakeeye snakeman snapper1 snapple1 snapshot sneakers snickers snickers1 snoogans snoogins
        snoopdog snoopdog1 snoopdogg snoopy12 snoopy123 snowball snowball1 snowbird snowboar snowboard snowboard1 snowflak
        snowflake snowflake1 snowman1 snowwhite snuggles snuggles1 sobriety soccer01 soccer06 soccer07 soccer08 soccer09
        soccer10 soccer101 soccer11 soccer12 soccer123 soccer13 soccer14 soccer15 soccer16 soccer17 soccer18 soccer19
        soccer20 soccer21 soccer22 soccer23 soccer24 soccer25 soccer33 soccer99 sochi2014 socrates softball softball1
        softball10 softball11 softball12 softball13 softball14 softball2 softball22 softball3 softball4 softball5 softball7
        softball8 softball9 softtail software sojdlg123aljg sokolova sokrates soldier1 soleil13 soleluna solidsnake solitari
        solitude solnishko solomon1 solstice solution somebody someone1 something something1 sonechka songbird sonic123
        sonnenschein sonnyboy sony1234 sonyericsson sonyfuck sonyvaio sooners1 sophie01 sophie12 sophie123 sopranos sorcerer
        sorrento soso123aljg souljaboy1 soulmate southern southern1 southpar southpark southpark1 southpaw southpole1
        southsid southside southside1 southside3 space123 spaceman spaghetti spanish1 spanking sparhawk sparkle1 sparkles
        sparky12 sparky123 sparrow1 spartacu spartacus spartan1 spartan117 spartans sparticu speaker1 special1 specialk
        spectrum speedrac speedway spencer1 spider12 spider123 spiderma spiderman spiderman1 spiderman2 spiderman3 spike123
        spitfire spitfire1 splatter splinter spoiled1 spongebo spongebob spongebob1 spongebob2 spongebob3 spongebob9
        spoonman sporting sportste sprewell springer springst sprinter sprocket spyglass squeaker squerting squirrel
        squirrel1 squirter srilanka srinivas ssptx452 ssssssss ssssssssss ssyu1314 stairway stalingrad stalker1 stallion
        stallone stamford stampede standard stanford stanislav stanley1 star1234 starbuck starbucks starbucks1 starburst
        starburst1 starcraf starcraft starcraft1 starcraft2 stardust stardust1 starfire starfish starfish1 starflee starfuck
        starfury stargate stargate1 stargaze starligh starlight starlight1 starlite stars123 starship starstar start123
        startfinding startrek startrek1 starwar5 starwars starwars1 starwars12 starwars2 starwars3 stayout1 stealth1
        steamboa steeler1 steelers steelers1 steelers43 steelers7 steelhea stefania stefanie steinway stellina stepanov
        stepanova steph123 stephane stephani stephanie stephanie1 stephanie2 stephen1 sterling sterling1 sternchen steve123
        steven12 steven123 stewart1 stewart20 stickman stigmata stiletto stinger1 stingray stinker1 stinky01 stocking
        stonecol stonecold stonecold1 stoner420 stonewal stoppedby strange1 stranger strannik stratfor stratoca stratocaster
        strawber strawberry straycat streaming strekoza strength strider1 striker1 stripclub stripper stroller stronger
        strummer strutter student1 studio54 studmuff stunt101 stupid123 stuttgart su123456 sublime1 submarin submissi
        subwoofer success1 successful suckcock suckdick suckit69 suckmydick suckthis sugar123 sugarbea sugarbear sugarbear1
        sugarray suicide1 suikoden sullivan summer01 summer05 summer06 summer07 summer08 summer09 summer10 summer11 summer12
        summer123 summer13 summer20 summer2010 summer22 summer69 summer99 summerti summertime sundance sunderla sunderland
        sundevil sunflowe sunflower sunflower1 sunghile sunlight sunny123 sunnyboy sunnyday sunrise1 sunsh1ne sunshine
        sunshine! sunshine01 sunshine1 sunshine10 sunshine11 sunshine12 sunshine13 sunshine2 sunshine22 sunshine3 sunshine4
        sunshine5 sunshine69 sunshine7 super123 superbee superbow superboy superdog superdup superduper superfly superfly1
        supergir supergirl supergirl1 superior superman superman! superman1 superman10 superman11 superman12 superman123
        superman13 superman2 superman21 superman22 superman23 superman3 superman5 superman69 superman7 supermanboy
        supermario supermen supernatural supernov supernova supersex superson supersonic supersta superstar superstar1
        superstar2 supertra support1 surabaya sureno13 surenos13 sureshot surfing1 surprise surside13 surveyor survivor
        suzanne1 sveta123 svetlana svetlanka swallows swampfox sweet123 sweet666 sweetass sweetgirl sweethea sweethear
        sweetheart sweetie1 sweetiepie sweetlove sweetnes sweetness sweetness1 sweetpea sweetpea1 sweety12 swetlana swimmer1
        swimming swimming1 swingers swinging swordfis swordfish swordfish1 sycamore sylvania sylveste sylvester sylvester1
        syncmast syncmaster syracuse sysadmin system32 sz9kqcctwy szczurek t123456789 t34vfrc1991 tabbycat tabitha1 tacobell
        tacobell1 taekwond taekwondo tagheuer tailgate taishan2011 tajmahal takamine take8422 takehana taliesin talisman
        tamahome tamerlan tampabay tanechka tangerin tangerine tanginamo tanstaaf tarantul tarasova target123 tarheel1
        tarheels tarheels1 tartaruga tashkent tatiana1 tatooine taylor01 taylor10 taylor11 taylor12 taylor123 taylor13
        taylor21 tazdevil tazmania teacher1 teamo123 teamomucho teamwork teardrop techn9ne technics technolo technology
        tecktonik tecumseh teddy123 teddybea teddybear teddybear1 teiubesc telecast telecaster telechargement telefono
        telemark telephon telephone telephone1 teleport televisi television televizor temitope temp1234 tempest1 temporar
        temporary temppass temppassword temptress tenerife tennesse tennessee tennessee1 tennis12 tennis123 tequiero
        tequiero1 tequila1 teresita terminal terminat terminator terrance terrance1 terrapin terrell1 terrence terriers
        terserah test1234 teste123 tester01 testibil testicle testing1 testing123 testpass testtest texas123 thailand
        thailand1 thanatos thankgod thankyou thankyou1 thebeach thebeast thebeatles thebest1 theboss1 theclash thedoors
        theflash theforce thegame1 thegreat thegreat1 thegreat123 thejoker theking1 thelast1 themaster thematri thematrix
        theodore theonly1 theraven theresa1 therock1 thesaint thesims2 thetachi thething thetruth theused1 theworld thinkpad
        thirdeye thirteen thirteen13 thisisit thisisme thissuck thomas01 thomas11 thomas12 thomas123 thomas13 thomas22
        thompson thompson1 thor5200 thorsten threesom thug4life thuglife thuglife1 thumbnils thumper1 thunder1 thunder2
        thunder5 thunder7 thunderb thunderbird thunders thursday tiberian tiberium tiberius tickleme tickling ticklish
        ticktock tiffany1 tiffany2 tiger123 tigercat tigerlil tigerlily tigerman tigers12 tigerwoo tigerwoods tigger01
        tigger11 tigger12 tigger123 tigger13 tigger22 tigger69 tightass tigrenok timberlake timberland timebomb timelord
        timepass timeport timmy123 timothy1 timoxa94 tinfloor tingting tinhorse tinker12 tinkerbe tinkerbel tinkerbel1
        tinkerbell tiramisu titanic1 titanium titleist titlover titsnass tkbpfdtnf tm371855 tmjxn151 tmnet123 tnk0mk16vx
        together tokenbad tokiohotel tolulope tomahawk tombrady12 tombston tommy123 tommyboy tommygun tomorrow tomservo
        tonyhawk toolshed tooltime toonarmy toonporn tooshort toosweet tootsie1 topbutton topdevice topflite topolino
        topsecre topsecret toriamos tornado1 toronto1 tortoise toshiba1 totalwar tottenha tottenham tottenham1 touchdow
        toughguy toulouse tractor1 trader12 trafford trailers training trainman tranmere transam1 transexual transfor
        transforme transformers translator transpor transport trashman traveler travelle travesti travolta treasure
        treasure1 treefrog treetops trenton1 trfnthbyf triangle tribbles tricolor triforce trigger1 trillian trinidad
        trinidad1 trinitro trinitron trinity1 trinity3 tripleh1 triplets triskelion tristan01 tristan1 triumph1 trojans1
        trombone trombone1 trooper1 troopers tropical trouble1 trouble2 trousers trucker1 truckers trucking trueblue
        truelove truelove1 truffles trumpet1 trustn01 trustno1 trustnoo trustnoone tryagain ttd955audg tubitzen tuczno18
        tuesday1 tujazopi tujheirf tunafish turkey50 tweety12 tweety123 tweetybird twelve12 twenty20 twilight twilight1
        twilight12 twinkie1 twinkle1 twisted1 twister1 ty2t1hv3oc tyler123 tyson123 tzir25l5kn u1v7hhh7ef ufhvjybz ufkfrnbrf
        uhbujhbq uhfybn8888 ukflbfnjh ukflbfnjh12 ukflbjkec ultimate ultimate1 ultraman umbrella uncencored undercover
        underdog undergro underground underoath1 underpar undertak undertaker undertow underwoo underwor underworld
        unforgiven unicorn1 unicorns univers2l universa universal universal1 universe universi university universo unknown1
        unlimited uqa9ebw445 ursitesux username usmarine usmc0311 usmc1775 usuckballz1 utahjazz utjvtnhbz utyyflbq
        uvgx8f8232 vacances vacation vacation1 vaffanculo vagabond vagina69 vaishali valdemar valdepen valencia valencia1
        valentin valentina valentina1 valentine valentine1 valentino valeria1 valerie1 valeriya valhalla valkyrie valleywa
        vampire1 vampires vancouve vancouver vanessa06 vanessa1 vanessa123 vanguard vanhalen vanilla1 vanyarespekt vaseline
        vasileva vasilisa vatoloco vauxhall vaz21099 vegas123 vehpbkrf vendetta venezuel venezuela venom121293 verbatim
        vergessen vergeten veritech verizon1 vermont1 veronica veronica1 veronika veronique verycool verygood verygoodbot
        vfhbyjxrf vfhecmrf vfhnsirf vfhufhbnf vfhvtkfl vfitymrf vfkmdbyf vflfufcrfh vfnbkmlf vfntvfnbrf vfpfafrf vfrcbvec
        vfrcbvrf vfrfhjdf vfrfhjys vfvfbgfgf vfvfgfgf vfvfgfgfz vfvfvskfhfve vfylfhby vfylfhbyrf vibrator vicecity victoire
        victor123 victoria victoria1 victoria12 victory1 vietnam1 viewsoni viewsonic viewsonic1 vikings1 viktoria viktoriy
        viktoriya villanueva villevalo vincent1 vincenzo vinicius violator violetta violette viper123 vipergts viphv5j736
        virginia virginia1 virginie vittoria vittorio vivitron vjhjpjdf vjhrjdrf vjqgfhjkm vjzctvmz vjzgjxnf vkontakte
        vlad1996 vlad1997 vlad7788 vladimir vladislav vladvlad vodafone volition volkodav volkswag volkswagen volleyba
        volleyball voltaire voluntee volvo850 volvos40 vonnegut voyager1 vqsablpzla vrbgqns997 vsevolod vsjasnel12 vthctltc
        vw198m2n vyjujnjxbt w1aubvoq w1w2w3w4 w5tn36alfw w5txn36alfw w66yrybgra w8gkz2x1 wachtwoord waffenss waffles1
        waheguru walalang wallace1 walmart1 wanderer wangyut2 wantsome wapapapa warchild warcraft warcraft1 warcraft3
        wareagle warehous wargames warhamme warhammer warhammer1 warlock1 warning1 warrior1 warrior2 warriors warriors1
        warszawa wasdwasd washingt washington watchmen water123 waterboy waterfal waterfall waterfall1 waterloo watermel
        watermelon waterpol waterpolo waterski wdtnjxtr weare138 weather1 webhompas webhompass webmaste webmaster websol76
        websolutions webster1 wedding1 wednesda wednesday wednesday1 weedman1 welcome1 welcome12 welcome123 welcome2
        welkom01 wellcome welldone wellhung wellingt wellington wenef45313 werewolf weronika werty123 westbrom westcoas
        westcoast westcoast1 western1 westham1 westlife westlife1 westport westside westside1 westside13 westwind westwood
        westwood1 wetpussy wg8e3wjf whatever whatever! whatever1 whatever12 whatever2 whatever4 whatisit whatsup1
        whatthefuck whatthezor whatwhat whiplash whiskers whiskers1 whiskey1 whisper1 whistler whiteboy whiteboy1 whitedog
        whiteout whitepower whitesox whitesox1 whitney1 whocares whocares1 whoknows whoopass whosyourdaddy wiggles1 wildbill
        wildblue wildcard wildcat1 wildcats wildcats1 wildfire wildroid wildrose wildstar wildthin wildwest wildwood
        wilfried william1 william12 william123 william2 william3 william7 williams williams1 winchest winchester windmill
        windows1 windows7 windows98 windowsxp windstar windsurf wingchun wingzero winston1 winston2 winter01 winter08
        winter11 winter12 winter99 winxclub wireless wisconsi wisconsin wishbone wishmaster withlove wladimir woaini123
        woaini1314 woaini520 woaiwojia wolfgang wolfgang1 wolfman1 wolfpack wolfpack1 wolverin wolverine wolverine1
        wonderboy wonderfu wonderful wonderful1 wonderland wonkette wooddoor woodduck woodland woodsink woodstoc woodstock
        woodstock1 woodwork woofwoof wordlife wordpass wordpass1 worldcup wormwood worship1 woshishui woshiyazi wow12345
        wp2003wp wrangler wrangler1 wrest666 wrestlin wrestling wrestling1 wrinkle1 wrinkle5 wrinkles wsbe279qsg wtpmjgda
        wwwwwwww wz362308 x3luym2mmj x4ivyga51f x72jhhu3z x99qomx561 xaccess2 xakep1234 xblhintb9w xboxlive xcountry
        xdqwerty xiang123456 xiaoxiao xsw21qaz xsw23edc xt97794xt xthtgfirf xtseo2011tdx xxxxxxxx xxxxxxxxxx xzsawq21
        y6p67ftrqj yagjecc826 yahoo.com yahoo123 yahoomail yamaha125 yamahar1 yamahar6 yangyang yankees1 yankees13 yankees2
        yankees7 yanochka yardbird yaroslav ybrjkftdbx yeahbaby yeahyeah year2000 year2005 yellow11 yellow12 yellow123
        yellow13 yellow22 yes90125 yesenia1 yesterda yesterday yfcntymrf yfcnz123 yfdbufnjh10305070 yfdbufnjh63 yfgjktjy
        yfnfitymrf yingyang yjdsqgfhjkm yjdsqujl yogibear yolanda1 yomomma1 yorkshir yorktown yosemite youandme youbye123
        youknow1 youngmoney yourgay1 yourmama yourmom! yourmom1 yourmom123 yourmom2 yousuck1 yousuck2 youtube1 yqlgr667
        ytngfhjkz ytrhjvfyn ytyfdbcnm yu5l97wk8q yuantuo2012 yvtte545 yxkck878 yy5rbfsc yzerman1 z0102030405 z1234567
        z123456789 z1x2c3v4 z1x2c3v4b5 zacatecas1 zacefron zacefron1 zachary1 zag12wsx zanzibar zaq11qaz zaq12345 zaq12wsx
        zaq1xsw2 zaq1xsw2cde3 zaqwsx123 zaqwsxcde zaqxsw12 zaqxswcde zaragoza zaratustra zaxscdvf zcxfcnkbdf zenit2011
        zeppelin zeppelin1 zerocool zhang123 zhou1980 zidane10 zigazaga zildjian zimbabwe zimmer483 zinedine zmx870919123
        zolushka zoomzoom zx123456 zx123456789 zxasqw12 zxc12345 zxc123456 zxcasd123 zxcasdqwe zxcasdqwe123 zxcv1234
        zxcvasdf zxcvb123 zxcvb12345 zxcvbn12 zxcvbn123 zxcvbnm, zxcvbnm,./ zxcvbnm1 zxcvbnm12 zxcvbnm123 zxcvbnm: zxcvbnmm
        zxcvvcxz zxcvzxcv zxczxczxc zz8807zpl zzs000000 zzzzzzz1 zzzzzzzz zzzzzzzzzz
        """#
}
