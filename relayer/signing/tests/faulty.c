/* A PKCS#11 module for tests: hands every call on to SoftHSM, except that a file named after a function, in the folder
   GREATSEAL_FAULTS, is obeyed first. What is written there is answered in its place; "hang" keeps the call inside for as
   long as the file is there. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long rv_t;
typedef rv_t (*call_t)(void *, void *, void *, void *, void *);
/* CK_FUNCTION_LIST of v2.40: a version, then 68 functions. The numbers below are their places. */
struct list { unsigned char version[2]; call_t calls[68]; };
static struct list real, ours;

static int fault(const char *name, rv_t *answer) {
    char path[4096], text[64];
    for (int told = 0;; told = 1) {
        snprintf(path, sizeof path, "%s/%s", getenv("GREATSEAL_FAULTS"), name);
        FILE *file = fopen(path, "r");
        if (!file) return 0;
        size_t length = fread(text, 1, sizeof text - 1, file);
        fclose(file);
        text[length] = 0;
        if (strncmp(text, "hang", 4) != 0) { *answer = strtoul(text, 0, 0); return !told || *answer; }
        usleep(10000);
    }
}

/* Registers carry integers and pointers alike: five of them are enough for these three functions. */
#define FAULTY(name, place) \
    static rv_t name(void *a, void *b, void *c, void *d, void *e) { \
        rv_t answer; \
        return fault(#name, &answer) ? answer : real.calls[place](a, b, c, d, e); \
    }
FAULTY(C_OpenSession, 12)
FAULTY(C_Login, 18)
FAULTY(C_Sign, 43)

rv_t C_GetFunctionList(struct list **out) {
    void *module = dlopen("/usr/lib/softhsm/libsofthsm2.so", RTLD_NOW);
    rv_t (*get)(struct list **) = module ? (rv_t (*)(struct list **))dlsym(module, "C_GetFunctionList") : 0;
    struct list *theirs;
    if (!get || get(&theirs) != 0) return 5;
    ours = real = *theirs;
    ours.calls[12] = C_OpenSession;
    ours.calls[18] = C_Login;
    ours.calls[43] = C_Sign;
    *out = &ours;
    return 0;
}
